package io.yolofit.graph.op;

import io.yolofit.graph.Node;

/// An op with a gradient rule.
public interface Differentiable {
    /// Contributes this node's share of the gradient of each input. Called once for every node of which at least one
    /// output has a gradient, in reverse execution order.
    void gradient(Tape tape, Node node);
}
