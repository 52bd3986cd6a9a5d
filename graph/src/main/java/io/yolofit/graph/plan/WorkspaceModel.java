package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;

/// How an engine's kernels use memory: the workspace of a node, in bytes, and until when the node executes. A workspace
/// is live as long as its node executes.
@FunctionalInterface
public interface WorkspaceModel {
    long bytes(Node node);

    /// Index of the last node whose execution may overlap this node's (on a side stream): by default itself, as nodes
    /// execute one after the other. Until then its operands and its workspace stay live, and nothing may read its
    /// results.
    default int runsUntil(Graph graph, int node) {
        return node;
    }

    /// Kernels without workspace, on one stream.
    static WorkspaceModel none() {
        return node -> 0;
    }
}
