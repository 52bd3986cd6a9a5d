package io.yolofit.train.options;

import java.util.Set;

/// Values of `optimizer`. `AUTO` chooses optimizer, learning rate and momentum by the number of iterations.
public enum OptimizerChoice implements Choice {
    AUTO("auto"),
    SGD("SGD"),
    ADAM("Adam"),
    ADAMW("AdamW"),
    RMSPROP("RMSProp");

    /// Optimizers of the reference that are not implemented.
    static final Set<String> UNSUPPORTED = Set.of("Adamax", "NAdam", "RAdam", "MuSGD");

    private final String word;

    OptimizerChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
