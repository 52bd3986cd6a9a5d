package io.yolofit.graph.op;

/// The function behind a normalization. SiLU is `x * sigmoid(x)`.
public enum Activation {
    SILU, IDENTITY
}
