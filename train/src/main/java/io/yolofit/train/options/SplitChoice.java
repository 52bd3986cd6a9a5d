package io.yolofit.train.options;

/// Values of `split`: the split of a dataset to evaluate.
public enum SplitChoice implements Choice {
    TRAIN("train"),
    VAL("val"),
    TEST("test");

    private final String word;

    SplitChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
