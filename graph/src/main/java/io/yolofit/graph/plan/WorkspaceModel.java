package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;

/// How an engine's kernels use memory: the workspace of a node, in bytes, and until when the node executes. A workspace
/// is live as long as its node executes.
@FunctionalInterface
public interface WorkspaceModel {
    long bytes(Node node);

    /// Whether a node executes on the side stream, concurrently with the nodes that follow it.
    default boolean isOnSideStream(Node node) {
        return false;
    }

    /// Index of the last node whose execution may overlap this node's: by default itself, as nodes execute one after
    /// the other; on the side stream all nodes up to the next one there, or up to the first reader of its first result.
    /// Until then its operands and its workspace stay live, and nothing may read its results.
    default int runsUntil(Graph graph, int node) {
        if (!isOnSideStream(graph.nodes().get(node))) {
            return node;
        }
        Value result = graph.nodes().get(node).output(0);
        int last = node;
        while (last + 1 < graph.nodes().size()) {
            Node next = graph.nodes().get(last + 1);
            if (isOnSideStream(next) || next.inputs().contains(result)) {
                break;
            }
            last++;
        }
        return last;
    }

    /// Kernels without workspace, on one stream.
    static WorkspaceModel none() {
        return node -> 0;
    }
}
