package io.yolofit.graph;

/// Part of a step that a node belongs to. In a graph, the phases are in this order.
public enum Phase {
    FORWARD, LOSS, BACKWARD, UPDATE
}
