package io.yolofit.graph.op;

/// Activation function that follows a normalization. SiLU is `x * sigmoid(x)`; a leaky rectifier is `x` where x is
/// positive, else `slope * x` ([LeakyRelu]).
public enum Activation {
    SILU, IDENTITY, RELU, LEAKY_RELU;

    private static final double LEAK = 0.1; // as in YOLOv3 and YOLOv7-tiny

    /// Slope for negative numbers of the rectifiers.
    ///
    /// @throws IllegalStateException for other functions
    public double slope() {
        return switch (this) {
            case RELU -> 0;
            case LEAKY_RELU -> LEAK;
            case SILU, IDENTITY -> throw new IllegalStateException(this + " is no rectifier");
        };
    }
}
