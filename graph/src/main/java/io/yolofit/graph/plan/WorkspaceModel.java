package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;

/// How an engine's kernels use memory: how much scratch a node needs, in bytes, and until when it runs. The scratch
/// lives as long as the node runs.
@FunctionalInterface
public interface WorkspaceModel {
    long bytes(Node node);

    /// The last node beside which a node's work may still run: by default itself, as nodes run one after the other.
    /// Until then its operands and its scratch keep their places, and nothing may read its results.
    default int runsUntil(Graph graph, int node) {
        return node;
    }

    /// Kernels without scratch.
    static WorkspaceModel none() {
        return node -> 0;
    }
}
