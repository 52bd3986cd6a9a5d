package io.yolofit.graph.plan;

import io.yolofit.graph.Node;

/// How much scratch memory an engine's kernel needs for a node, in bytes. The scratch lives as long as the node runs.
@FunctionalInterface
public interface WorkspaceModel {
    long bytes(Node node);

    /// Kernels without scratch.
    static WorkspaceModel none() {
        return node -> 0;
    }
}
