package io.yolofit.graph.op;

/// Activation function that follows a normalization. SiLU is `x * sigmoid(x)`.
public enum Activation {
    SILU, IDENTITY
}
