package io.yolofit.train.options;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The subcommands; each has its own subset of the [OptionTable].
public enum Mode {
    TRAIN("trains a model on a dataset"),
    VAL("measures the accuracy of a model on a dataset"),
    PREDICT("detects objects in images"),
    PLAN("reports the memory of a training run before it starts"),
    ADVISE("recommends a training run for a dataset and a GPU"),
    EXPORT("writes a model as ONNX, safetensors, .pt, or a dataset as COCO"),
    IMPORT("converts annotations to a dataset, or .pt to safetensors"),
    INFO("shows layers and cost of a model, or a summary of a dataset"),
    CHECK("looks for mistakes in a dataset"),
    PAGE("shows the runs of a folder on a page, and compares them"),
    DOCTOR("checks whether this machine is ready");

    private final String summary;

    Mode(String summary) {
        this.summary = summary;
    }

    /// The word on the command line: `train`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// A phrase to follow the name: "trains a model on a dataset".
    public String summary() {
        return summary;
    }

    /// The mode of that word, case-insensitive.
    public static Optional<Mode> of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word().equalsIgnoreCase(word)).findFirst();
    }
}
