package io.yolofit.train.plan.time;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.plan.BufferAssignment;

/// Memory traffic of a node in its graph, bytes. Parts that are written in place, such as most parts of a concat, are
/// no traffic.
final class TrafficBytes {
    private TrafficBytes() {}

    static double of(Node node, BufferAssignment assignment) {
        if (node.op() instanceof Concat) {
            return node.inputs().stream().filter(part -> !shared(assignment, part, node.output(0)))
                    .mapToDouble(part -> 2.0 * part.type().bytes()).sum();
        }
        if ((node.op() instanceof Slice.Forward || node.op() instanceof Reshape)
                && shared(assignment, node.input(0), node.output(0))) {
            return 0;
        }
        return node.op().cost(node).bytes();
    }

    private static boolean shared(BufferAssignment assignment, Value left, Value right) {
        return assignment.of(left).root() == assignment.of(right).root();
    }
}
