package io.yolofit.train.options;

/// The origin of an option's value.
public enum Origin {
    DEFAULT("default"),
    FILE("cfg file"),
    COMMAND_LINE("command line"),
    /// Set by the program, for example an image size rounded to the stride.
    PROGRAM("program");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
