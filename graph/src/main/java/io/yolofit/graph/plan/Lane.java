package io.yolofit.graph.plan;

/// A queue of kernels. Those of one lane execute one after the other, those of different lanes may overlap.
public enum Lane {
    /// All nodes but those of the other lanes.
    MAIN,
    /// Weight gradients and branches of the forward pass, which fill multiprocessors that the main lane leaves idle.
    SIDE,
    /// Transfers between ranks.
    LINKS
}
