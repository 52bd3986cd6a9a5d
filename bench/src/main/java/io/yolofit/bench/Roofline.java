package io.yolofit.bench;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Cost;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.plan.Program;

/// A lower bound of the time of a program on a device: the sum over all nodes of the larger of arithmetic time and
/// memory time. Parts that are written in place, such as most parts of a concat, count as no traffic.
///
/// @param flops of the tensor cores per second; pointwise ops are bound by their traffic alone
/// @param bandwidth bytes per second, reads plus writes
record Roofline(double flops, double bandwidth) {
    /// Highest measured throughput of dense f16 and bf16 matrix products on an H200.
    static final double H200_MATRIX_FLOPS = 790e12;

    /// Seconds.
    double seconds(Program program) {
        return program.graph().nodes().stream().mapToDouble(node -> seconds(program, node)).sum();
    }

    private double seconds(Program program, Node node) {
        Cost cost = node.op().cost(node);
        double arithmetic = node.op() instanceof Conv2d ? cost.flops() / flops : 0;
        return Math.max(arithmetic, bytes(program, node) / bandwidth);
    }

    static double flops(Program program) {
        return program.graph().nodes().stream().mapToDouble(node -> node.op().cost(node).flops()).sum();
    }

    private static double bytes(Program program, Node node) {
        if (node.op() instanceof Concat) {
            return node.inputs().stream().filter(part -> !shared(program, part, node.output(0)))
                    .mapToDouble(part -> 2.0 * part.type().bytes()).sum();
        }
        if ((node.op() instanceof Slice.Forward || node.op() instanceof Reshape)
                && shared(program, node.input(0), node.output(0))) {
            return 0;
        }
        return node.op().cost(node).bytes();
    }

    private static boolean shared(Program program, Value left, Value right) {
        return program.assignment().of(left).root() == program.assignment().of(right).root();
    }
}
