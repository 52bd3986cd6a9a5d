package io.yolofit.graph.op;

/// The function behind a normalisation. SiLU is `x * sigmoid(x)`.
public enum Activation {
    SILU, IDENTITY
}
