package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Fuses the recomputation of an activation into the gradient of its normalization, which has all inputs in registers.
/// ```
/// %a' = bnact.apply %y, %g, %b, %m, %s                %da = conv2d.datagrad %dz, %v
/// %dv = conv2d.weightgrad %a', %dz                    %dy, .., %a' = bnact.gradient[recompute] %da, %y, %g, %b, ..
/// %da = conv2d.datagrad %dz, %v              becomes  %dv = conv2d.weightgrad %a', %dz
/// %dy, .. = bnact.gradient %da, %y, %g, %b, ..
/// ```
/// This saves one pass over the tensor, to read y, and the memory of `%a'`: dy overwrites da and `%a'` overwrites y.
/// Readers of `%a'` move after the gradient, all other nodes keep their order, and results are bit-identical.
///
/// Moved nodes extend the live ranges of their operands, `%dz` above. Each fusion is therefore evaluated on the memory
/// plan, in the order of the backward pass, and accepted if the peak does not rise. Does not fire if the gradient
/// depends on `%a'`, if the recomputed node adds a residual or writes a copy, or if the gradient of another
/// normalization comes between: the operands of moved nodes would then stay live during other layers. Nor for
/// [Recompute.Policy#MAX], which minimizes memory: packing changes the arena by up to 3 % in either direction.
///
/// @param workspace of the engine's kernels
public record FuseRecompute(Recompute.Amount amount, WorkspaceModel workspace) implements Pass {
    /// For kernels without workspaces, which run one after the other.
    public FuseRecompute(Recompute.Amount amount) {
        this(amount, WorkspaceModel.none());
    }

    @Override
    public Graph run(Graph graph) {
        return switch (amount) {
            case Recompute.Policy.OFF, Recompute.Policy.MAX -> graph;
            case Recompute.Policy.DEFAULT -> fuse(graph);
            case Recompute.Share _ -> fuse(graph);
        };
    }

    private Graph fuse(Graph graph) {
        var accepted = new Accepted(graph);
        Galloping.accept(List.copyOf(candidates(graph).entrySet()), accepted::add);
        return accepted.best;
    }

    /// The accepted fusions of a graph, and the graph with them.
    private final class Accepted {
        private final Graph graph;
        private final long bound;
        private final Map<Node, Node> taken = new IdentityHashMap<>();
        private Graph best;

        Accepted(Graph graph) {
            this.graph = graph;
            best = graph;
            bound = MemoryPlan.lowerBound(graph, workspace);
        }

        private boolean add(List<Map.Entry<Node, Node>> candidates) {
            candidates.forEach(candidate -> taken.put(candidate.getKey(), candidate.getValue()));
            Graph fused = new Writer(graph, taken).run();
            if (fused != null && MemoryPlan.lowerBound(fused, workspace) <= bound) {
                best = fused;
                return true;
            }
            candidates.forEach(candidate -> taken.remove(candidate.getKey()));
            return false;
        }
    }

    /// Recomputed activations, in execution order, with the later gradient that can recompute them.
    private static Map<Node, Node> candidates(Graph graph) {
        Map<Node, Node> found = new LinkedHashMap<>();
        List<Node> open = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BnAct.Apply apply && apply.copy().isNone() && !BnAct.hasResidual(node)) {
                open.add(node);
            } else if (node.op() instanceof BnAct.Gradient gradient) {
                for (Node apply : open) {
                    if (((BnAct.Apply) apply.op()).activation() == gradient.activation() && !gradient.recompute()
                            && apply.inputs().equals(node.inputs().subList(1, node.inputs().size()))) {
                        found.put(apply, node);
                    }
                }
                open.clear();
            }
        }
        return found;
    }

    /// Rewrites the graph with the accepted fusions.
    private static final class Writer {
        private final Graph graph;
        private final Map<Node, Node> taken;
        private final Rewriter rewriter;
        /// Values that do not exist yet: activations whose gradient has not been emitted, and all that depends on them.
        private final Set<Value> awaited = Collections.newSetFromMap(new IdentityHashMap<>());
        private List<Node> waiting = new ArrayList<>();

        Writer(Graph graph, Map<Node, Node> taken) {
            this.graph = graph;
            this.taken = taken;
            rewriter = new Rewriter(graph);
        }

        /// @return null if a gradient depends on the activation that it recomputes
        Graph run() {
            rewriter.copyInputs();
            graph.nodes().forEach(this::visit);
            if (!waiting.isEmpty()) {
                return null;
            }
            rewriter.copyOutputs();
            return rewriter.finish();
        }

        private void visit(Node node) {
            if (taken.containsKey(node)) {
                awaited.addAll(node.outputs());
            } else if (node.inputs().stream().anyMatch(awaited::contains)) {
                awaited.addAll(node.outputs());
                waiting.add(node);
            } else if (taken.containsValue(node)) {
                recompute(node);
            } else {
                rewriter.copy(node);
            }
        }

        private void recompute(Node gradient) {
            List<Value> outputs = rewriter.builder().emit(
                    new BnAct.Gradient(((BnAct.Gradient) gradient.op()).activation(), true), gradient.name(),
                    gradient.output(0).role(), rewriter.now(gradient.inputs()));
            gradient.outputs().forEach(output -> rewriter.replace(output, outputs.get(output.index())));
            taken.forEach((apply, by) -> {
                if (by == gradient) {
                    rewriter.replace(apply.output(0), outputs.get(BnAct.Gradient.RECOMPUTED));
                    awaited.remove(apply.output(0));
                }
            });
            List<Node> ready = waiting;
            waiting = new ArrayList<>();
            ready.forEach(node -> awaited.removeAll(node.outputs()));
            ready.forEach(this::visit);
        }
    }
}
