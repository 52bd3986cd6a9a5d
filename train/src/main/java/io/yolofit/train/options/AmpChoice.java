package io.yolofit.train.options;

/// Values of `amp`: no mixed precision, the device's own choice of a half type, or one by name.
public enum AmpChoice implements Choice {
    FALSE("false"),
    TRUE("true"),
    FP16("fp16"),
    BF16("bf16");

    private final String word;

    AmpChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
