package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import java.util.List;

/// How an engine's kernels use memory: the workspace of a node, in bytes, and until when the node executes. A workspace
/// is live as long as its node executes.
@FunctionalInterface
public interface WorkspaceModel {
    long bytes(Node node);

    /// How far nodes of the side lane overlap others.
    enum Overlap {
        /// Until the next node of the side lane.
        NEXT,
        /// Until later ones, where memory allows.
        QUEUED,
        /// The same; and branches of the forward pass overlap each other.
        BRANCHES
    }

    /// What the engine's programs may overlap. Buffer assignment and the search for recomputation assume
    /// [Overlap#NEXT]; the schedule of a finished graph uses it all.
    default Overlap overlap() {
        return Overlap.NEXT;
    }

    /// The lane that a node runs on.
    default Lane lane(Node node) {
        return Lane.MAIN;
    }

    /// Index of the last node whose execution may overlap this node's in any case: itself on the main lane; on others
    /// until a node reads its result, and on the side lane until the next node of that lane, since its live ranges are
    /// longer than those of transfers. Until then its operands and its workspace stay live.
    default int runsUntil(Graph graph, int node) {
        List<Node> nodes = graph.nodes();
        Lane lane = lane(nodes.get(node));
        if (lane == Lane.MAIN) {
            return node;
        }
        int last = node;
        while (last + 1 < nodes.size()) {
            Node next = nodes.get(last + 1);
            boolean reads = nodes.get(node).outputs().stream().anyMatch(next.inputs()::contains);
            if (reads || lane == Lane.SIDE && lane(next) == Lane.SIDE) {
                break;
            }
            last++;
        }
        return last;
    }

    /// Kernels without workspace, on one lane.
    static WorkspaceModel none() {
        return node -> 0;
    }
}
