package io.yolofit.data.dataset;

/// The consequence of a [Problem].
public enum Outcome {
    /// The image is not used.
    IMAGE_SKIPPED("image skipped"),
    /// The image is used without the rows concerned.
    ROWS_DROPPED("rows dropped"),
    /// The image could not be read during the run and was replaced by the next readable one.
    IMAGE_REPLACED("next image used instead"),
    /// The files are not used.
    FILES_SKIPPED("not used"),
    /// The images are used without objects.
    BACKGROUND("used as background"),
    /// Something about the split as a whole is suspicious; nothing was changed.
    SUSPICIOUS("please check"),
    /// A cache could not be written; the run continues without it.
    NOT_CACHED("continuing without it"),
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
