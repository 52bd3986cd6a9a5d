package io.yolofit.data.dataset;

/// What became of a [Problem].
public enum Outcome {
    /// The image takes no part in the run.
    IMAGE_SKIPPED("image skipped"),
    /// The image is used without the rows in question.
    ROWS_DROPPED("rows dropped"),
    /// The image could not be read when its turn came; the next usable one took its place.
    IMAGE_REPLACED("next image used instead"),
    /// Nothing was changed.
    NOTED("used as it is");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    /// The end of the report's line.
    public String words() {
        return words;
    }
}
