package io.yolofit.graph;

/// Purpose of a value. Memory reports sum by role. Graph inputs of a [persistent][#persistent] role keep their contents
/// between steps and are shared, by name, by all programs of a run.
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
