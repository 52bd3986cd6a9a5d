package io.yolofit.train.options;

/// Values of `amp`: fp32 only, mixed precision in the half type of the device, or in a given half type, or the one of
/// the first two that the planner chooses.
public enum AmpChoice implements Choice {
    FALSE("false"),
    TRUE("true"),
    FP16("fp16"),
    BF16("bf16"),
    AUTO("auto");

    private final String word;

    AmpChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
