package io.yolofit.graph;

/// What a value is for. Memory reports sum by it; graph inputs of a [persistent][#persistent] role keep their contents
/// between steps and are shared, by name, among all programs of a run.
public enum Role {
    PARAMETER("parameters"),
    GRADIENT("gradients"),
    OPTIMIZER("optimizer"),
    EMA("EMA"),
    STATISTIC("batch statistics"),
    INPUT("input"),
    TARGET("targets"),
    ACTIVATION("activations"),
    ACTIVATION_GRADIENT("activation gradients"),
    WORKSPACE("workspace");

    private final String title;

    Role(String title) {
        this.title = title;
    }

    /// Heading in reports.
    public String title() {
        return title;
    }

    public boolean persistent() {
        return switch (this) {
            case PARAMETER, GRADIENT, OPTIMIZER, EMA, STATISTIC -> true;
            case INPUT, TARGET, ACTIVATION, ACTIVATION_GRADIENT, WORKSPACE -> false;
        };
    }
}
