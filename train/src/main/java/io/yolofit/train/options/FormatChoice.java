package io.yolofit.train.options;

/// Values of `format`: what `export` writes. The word is the extension of a model's file.
public enum FormatChoice implements Choice {
    ONNX("onnx"),
    SAFETENSORS("safetensors"),
    PT("pt"),
    /// Of a data set, not of a model.
    COCO("coco");

    private final String word;

    FormatChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
