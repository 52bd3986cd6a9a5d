package io.yolofit.train.plan.time;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.plan.Program;

/// Predicts how long the programs of a run take on a device.
public interface StepTimeModel {
    /// Seconds of a node; 0 for nodes without a kernel.
    ///
    /// @param assignment of the node's graph: which operands share memory
    double seconds(Node node, BufferAssignment assignment);

    /// Seconds of one execution of a graph, from a start to the next.
    default double seconds(Graph graph, BufferAssignment assignment) {
        return graph.nodes().stream().mapToDouble(node -> seconds(node, assignment)).sum();
    }

    /// Seconds of one execution of a program.
    default double seconds(Program program) {
        return seconds(program.graph(), program.assignment());
    }

    /// The same with or without TF32 in f32 convolutions, which changes times on GPUs only.
    default StepTimeModel withTf32(boolean allowed) {
        return this;
    }

    /// The connection to other ranks.
    default Links links() {
        return Links.HOST;
    }

    /// Where the rates come from, for reports: "measured on an NVIDIA H200".
    String source();
}
