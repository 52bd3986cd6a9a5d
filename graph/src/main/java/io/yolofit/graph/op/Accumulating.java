package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import java.util.List;

/// A gradient op, or one that also serves as such, with one output that can add to an existing gradient of the same
/// type, given as one operand more than it needs. The sum may take the existing gradient's place in memory.
public sealed interface Accumulating extends Op permits AveragePool.Gradient, Conv2d.DataGrad, Conv2d.WeightGrad,
        Conv2d.BiasGrad, MatMul, MaxPool.Gradient, Slice.Gradient, Upsample.Gradient {
    /// Operands without the existing gradient.
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
