package io.yolofit.zoo.architecture;

/// What selected the scale of an architecture; shown in summaries.
public enum ScaleSource {
    /// The model's name or a checkpoint, or there is no choice.
    GIVEN(""),
    /// A letter in the name of the architecture file: `yolov8m-custom.yaml`.
    FILE_NAME("from the file's name"),
    /// The key `scale` of the architecture file.
    FILE_KEY("from the file's key 'scale'"),
    /// Nothing: the first scale is used.
    FIRST("the first, as none is named");

    private final String text;

    ScaleSource(String text) {
        this.text = text;
    }

    /// For people; empty if there is nothing to explain.
    public String text() {
        return text;
    }
}
