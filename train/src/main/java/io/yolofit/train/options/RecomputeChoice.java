package io.yolofit.train.options;

/// Values of `recompute`: activation checkpointing (rematerialization).
public enum RecomputeChoice implements Choice {
    /// All activations are saved for the backward pass.
    OFF("off"),
    /// On a GPU, cheap activations are recomputed in the backward pass; on the CPU, all are saved.
    DEFAULT("default"),
    /// Every activation whose recomputation lowers the peak is recomputed.
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
