package io.yolofit.train.options;

/// Where the value of an option comes from.
public enum Origin {
    DEFAULT("default"),
    FILE("cfg file"),
    COMMAND_LINE("command line"),
    /// Set by the program itself, for example a batch size that was worked out.
    PROGRAM("program");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
