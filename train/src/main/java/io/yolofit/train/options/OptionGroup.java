package io.yolofit.train.options;

/// The section headings of the help, in order.
public enum OptionGroup {
    MODEL_AND_DATA("Model and data"),
    OUTPUT("Run and output"),
    MACHINE("Machine"),
    TRAINING("Training"),
    OPTIMIZATION("Optimizer and learning rate"),
    LOSS("Loss"),
    AUGMENTATION("Augmentation"),
    EVALUATION("Evaluation and prediction");

    private final String title;

    OptionGroup(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
