package io.yolofit.train.options;

/// Values of `optimizer`. `AUTO` chooses optimizer, learning rate and momentum by the number of iterations.
public enum OptimizerChoice implements Choice {
    AUTO("auto"),
    SGD("SGD"),
    ADAM("Adam"),
    ADAMW("AdamW"),
    RMSPROP("RMSProp");

    private final String word;

    OptimizerChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
