package io.yolofit.graph.plan;

/// A queue of kernels. Those of one lane execute one after the other, those of different lanes may overlap.
public enum Lane {
    /// All nodes but those of the other lanes.
    MAIN,
    /// Weight gradients, which fill multiprocessors that the main lane leaves idle.
    SIDE,
    /// Branches of the forward pass. They share the multiprocessors with the main lane and never overlap the side lane.
    BRANCH,
    /// Transfers between ranks.
    LINKS
}
