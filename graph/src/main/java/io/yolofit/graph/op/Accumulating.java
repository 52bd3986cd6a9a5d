package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import java.util.List;

/// An op with one output that can accumulate (`beta = 1`): given an existing gradient of the output's type as an
/// additional last operand, it adds to it. The sum may overwrite the existing gradient. Gradient ops accumulate, and so
/// do ops that serve as gradients of others.
public sealed interface Accumulating extends Op permits AveragePool.Gradient, Conv2d.DataGrad, Conv2d.WeightGrad,
        Conv2d.BiasGrad, MatMul, MaxPool.Gradient, Slice.Gradient, Upsample.Gradient {
    /// Number of operands without the existing gradient.
    int operands();

    /// Whether this node has an existing gradient to add to.
    default boolean accumulates(Node node) {
        return node.inputs().size() > operands();
    }

    @Override
    default List<Alias> aliases(Node node) {
        return accumulates(node) ? List.of(Alias.reuse(0, operands())) : List.of();
    }
}
