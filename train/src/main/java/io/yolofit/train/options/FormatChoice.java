package io.yolofit.train.options;

/// Values of `format`: what `export` writes. The word is the extension of the file.
public enum FormatChoice implements Choice {
    ONNX("onnx"),
    SAFETENSORS("safetensors"),
    PT("pt");

    private final String word;

    FormatChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
