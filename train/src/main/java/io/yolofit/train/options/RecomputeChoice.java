package io.yolofit.train.options;

/// Values of `recompute`: what of the activations is recomputed in the backward pass instead of being kept.
public enum RecomputeChoice implements Choice {
    /// All that the backward pass reads is kept.
    OFF("off"),
    /// On a GPU, what costs little arithmetic is recomputed; on the CPU, all is kept.
    DEFAULT("default"),
    /// Whatever lowers the peak is recomputed.
    MAX("max");

    private final String word;

    RecomputeChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
