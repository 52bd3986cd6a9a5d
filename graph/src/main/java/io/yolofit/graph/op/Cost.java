package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;

/// Work and memory traffic of one application of an op.
///
/// @param flops a multiply-add counts as two
/// @param bytes read and written, each operand counted once
public record Cost(double flops, double bytes) {
    public static final Cost NOTHING = new Cost(0, 0);

    /// Every operand read once and every output written once.
    ///
    /// @param flopsPerElement operations per output element
    public static Cost pointwise(Node node, double flopsPerElement) {
        return of(node, flopsPerElement * node.output(0).shape().count());
    }

    /// Every operand read once and every output written once.
    public static Cost of(Node node, double flops) {
        double bytes = 0;
        for (Value input : node.inputs()) {
            bytes += input.type().bytes();
        }
        for (Value output : node.outputs()) {
            bytes += output.type().bytes();
        }
        return new Cost(flops, bytes);
    }

    public Cost plus(Cost other) {
        return new Cost(flops + other.flops, bytes + other.bytes);
    }
}
