package io.yolofit.train.plan.time;

import io.yolofit.graph.Node;
import io.yolofit.graph.plan.Program;

/// Predicts how long the programs of a run take on a device.
public interface StepTimeModel {
    /// Seconds of a node within its program; 0 for nodes without a kernel.
    double seconds(Program program, Node node);

    /// Seconds of one execution of a program.
    default double seconds(Program program) {
        return program.graph().nodes().stream().mapToDouble(node -> seconds(program, node)).sum();
    }

    /// Where the rates come from, for reports: "measured on an NVIDIA H200".
    String source();
}
