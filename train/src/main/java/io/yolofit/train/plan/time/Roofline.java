package io.yolofit.train.plan.time;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Cost;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.plan.Program;

/// A roofline: the time of a node is the largest of arithmetic time, memory time and the floor of a kernel; a program
/// takes the sum of its nodes. Parts that are written in place, such as most parts of a concat, count as no traffic.
///
/// @param halfFlops   f16 and bf16 matrix operations per second; pointwise ops are bound by their traffic alone
/// @param singleFlops the same in f32
/// @param bandwidth   bytes per second, reads plus writes
/// @param floor       least seconds of a kernel
/// @param source      where the rates come from
public record Roofline(double halfFlops, double singleFlops, double bandwidth, double floor, String source)
        implements StepTimeModel {
    /// Highest measured throughput of dense f16 and bf16 matrix products on an H200.
    public static final double H200_MATRIX_FLOPS = 790e12;
    /// A desktop CPU; only comparisons between runs on it are meaningful.
    public static final Roofline CPU = new Roofline(2e11, 2e11, 2e10, 5e-6, "rates of a desktop CPU");

    /// The lower bound of a device: peak rates and no floor.
    public static Roofline bound(double flops, double bandwidth) {
        return new Roofline(flops, flops, bandwidth, 0, "peak rates");
    }

    @Override
    public double seconds(Node node, BufferAssignment assignment) {
        if (assignment.isFree(node)) {
            return 0;
        }
        Cost cost = node.op().cost(node);
        boolean matrix = node.op() instanceof Conv2d || node.op() instanceof MatMul;
        double arithmetic = matrix ? cost.flops() / rate(node) : 0;
        return Math.max(floor, Math.max(arithmetic, TrafficBytes.of(node, assignment) / bandwidth));
    }

    private double rate(Node node) {
        return node.input(0).dtype() == DType.F32 ? singleFlops : halfFlops;
    }

    /// Operations of a program.
    public static double flops(Program program) {
        return program.graph().nodes().stream().mapToDouble(node -> node.op().cost(node).flops()).sum();
    }
}
