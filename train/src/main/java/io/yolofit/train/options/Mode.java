package io.yolofit.train.options;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What the command is asked to do; each mode takes its own subset of the [OptionTable].
public enum Mode {
    TRAIN("trains a model on a dataset"),
    VAL("measures a model's accuracy on a dataset"),
    PREDICT("finds objects in images"),
    PLAN("says how much memory a training run takes, before it runs"),
    IMPORT("converts a .pt checkpoint to safetensors"),
    INFO("shows a model's layers, parameters and cost"),
    DOCTOR("checks this machine");

    private final String summary;

    Mode(String summary) {
        this.summary = summary;
    }

    /// The word on the command line: `train`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What it does, to be read after its name: "trains a model on a dataset".
    public String summary() {
        return summary;
    }

    /// The mode of that word, in any case.
    public static Optional<Mode> of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word().equalsIgnoreCase(word)).findFirst();
    }
}
