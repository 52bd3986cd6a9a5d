package io.yolofit.graph.op;

import io.yolofit.graph.Node;

/// An op with a gradient rule.
public interface Differentiable {
    /// Adds to the tape what each input's gradient gets from this node. Called once for every node that has the
    /// gradient of at least one of its outputs, from the last node to the first.
    void gradient(Tape tape, Node node);
}
