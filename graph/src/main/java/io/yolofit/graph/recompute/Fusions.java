package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.plan.MemorySketch;
import io.yolofit.graph.plan.NodeFacts;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The fusions of [FuseRecompute] that were accepted so far: recomputed activations with the gradients that recompute
/// them. Candidates are evaluated on sketches; the graph is written once.
final class Fusions {
    private final Graph graph;
    private final WorkspaceModel workspace;
    private final long bound;
    private final Map<Node, Node> taken = new IdentityHashMap<>();
    private final Map<Node, NodeFacts> facts = new IdentityHashMap<>();
    private final Map<Node, NodeFacts> fused = new IdentityHashMap<>();

    Fusions(Graph graph, WorkspaceModel workspace) {
        this.graph = graph;
        this.workspace = workspace;
        for (Node node : graph.nodes()) {
            facts.put(node, NodeFacts.of(node, workspace));
        }
        bound = lowerBound(graph.nodes());
    }

    boolean isEmpty() {
        return taken.isEmpty();
    }

    /// Takes fusions unless the peak rises, or a gradient depends on the activation that it recomputes.
    boolean add(List<Map.Entry<Node, Node>> candidates) {
        candidates.forEach(candidate -> taken.put(candidate.getKey(), candidate.getValue()));
        List<Node> order = order();
        if (order != null && lowerBound(order) <= bound) {
            return true;
        }
        candidates.forEach(candidate -> taken.remove(candidate.getKey()));
        return false;
    }

    /// The activations that each gradient recomputes.
    private Map<Node, List<Node>> recomputedBy() {
        Map<Node, List<Node>> by = new IdentityHashMap<>();
        taken.forEach((apply, gradient) -> by.computeIfAbsent(gradient, _ -> new ArrayList<>()).add(apply));
        return by;
    }

    /// The nodes without the fused ones; readers of these move after the gradients.
    ///
    /// @return null if a gradient depends on the activation that it recomputes
    private List<Node> order() {
        var order = new Order();
        graph.nodes().forEach(order::visit);
        return order.waiting.isEmpty() ? order.nodes : null;
    }

    /// Delays nodes whose operands do not exist yet.
    private final class Order {
        private final Map<Node, List<Node>> recomputedBy = recomputedBy();
        private final List<Node> nodes = new ArrayList<>();
        /// Activations whose gradient has not been reached, and all that depends on them, by id.
        private final BitSet awaited = new BitSet();
        private List<Node> waiting = new ArrayList<>();

        private void visit(Node node) {
            if (taken.containsKey(node)) {
                node.outputs().forEach(output -> awaited.set(output.id()));
            } else if (isDelayed(node)) {
                node.outputs().forEach(output -> awaited.set(output.id()));
                waiting.add(node);
            } else {
                nodes.add(node);
                if (recomputedBy.containsKey(node)) {
                    release(node);
                }
            }
        }

        private boolean isDelayed(Node node) {
            for (Value input : node.inputs()) {
                if (awaited.get(input.id())) {
                    return true;
                }
            }
            return false;
        }

        private void release(Node gradient) {
            recomputedBy.get(gradient).forEach(apply -> awaited.clear(apply.output(0).id()));
            List<Node> ready = waiting;
            waiting = new ArrayList<>();
            ready.forEach(node -> node.outputs().forEach(output -> awaited.clear(output.id())));
            ready.forEach(this::visit);
        }
    }

    /// Lower bound of the arena with the fusions taken.
    private long lowerBound(List<Node> order) {
        Map<Node, List<Node>> recomputedBy = recomputedBy();
        int count = MemorySketch.valueCount(graph);
        int[] same = new int[count]; // several recomputations of one activation become one
        Arrays.setAll(same, i -> i);
        var sketch = new MemorySketch(count, order.size());
        sketch.inputs(graph.inputs());
        for (Node node : order) {
            int[] read = MemorySketch.ids(node.inputs());
            Arrays.setAll(read, i -> same[read[i]]);
            List<Node> recomputed = recomputedBy.get(node);
            if (recomputed == null) {
                sketch.node(facts.get(node), read, MemorySketch.ids(node.outputs()));
            } else {
                int activation = recomputed.getFirst().output(0).id();
                recomputed.forEach(apply -> same[apply.output(0).id()] = activation);
                int[] written = Arrays.copyOf(MemorySketch.ids(node.outputs()), BnAct.Gradient.RECOMPUTED + 1);
                written[BnAct.Gradient.RECOMPUTED] = activation;
                sketch.node(fused.computeIfAbsent(node, this::fusedFacts), read, written);
            }
        }
        sketch.outputs(graph.outputs().values());
        return sketch.lowerBound();
    }

    private NodeFacts fusedFacts(Node gradient) {
        Node node = new GraphBuilder().emit(fused(gradient), gradient.name(), gradient.output(0).role(),
                gradient.inputs()).getFirst().producer();
        return NodeFacts.of(node, workspace);
    }

    private static Op fused(Node gradient) {
        return new BnAct.Gradient(((BnAct.Gradient) gradient.op()).activation(), true);
    }

    /// The graph with the fusions taken.
    Graph graph() {
        Map<Node, List<Node>> recomputedBy = recomputedBy();
        var rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        for (Node node : order()) {
            List<Node> recomputed = recomputedBy.get(node);
            if (recomputed == null) {
                rewriter.copy(node);
            } else {
                rewriter.builder().phase(node.phase());
                List<Value> outputs = rewriter.builder().emit(fused(node), node.name(), node.output(0).role(),
                        rewriter.now(node.inputs()));
                node.outputs().forEach(output -> rewriter.replace(output, outputs.get(output.index())));
                recomputed.forEach(apply -> rewriter.replace(apply.output(0),
                        outputs.get(BnAct.Gradient.RECOMPUTED)));
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }
}
