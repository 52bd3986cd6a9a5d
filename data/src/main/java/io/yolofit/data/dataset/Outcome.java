package io.yolofit.data.dataset;

/// The consequence of a [Problem].
public enum Outcome {
    /// The image is not used.
    IMAGE_SKIPPED("image skipped"),
    /// The image is used without the rows concerned.
    ROWS_DROPPED("rows dropped"),
    /// The image could not be read during the run and was replaced by the next readable one.
    IMAGE_REPLACED("next image used instead"),
    /// Reported only.
    NOTED("used as it is");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    /// The last words of the report line.
    public String words() {
        return words;
    }
}
