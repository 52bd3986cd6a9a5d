package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Lets the gradient of a normalization make the activation again, while it has all that it takes in registers.
/// ```
/// %a' = bnact.apply %y, %g, %b, %m, %s                %da = conv2d.datagrad %dz, %v
/// %dv = conv2d.weightgrad %a', %dz                    %dy, .., %a' = bnact.gradient[recompute] %da, %y, %g, %b, ..
/// %da = conv2d.datagrad %dz, %v              becomes  %dv = conv2d.weightgrad %a', %dz
/// %dy, .. = bnact.gradient %da, %y, %g, %b, ..
/// ```
/// That is one pass over the tensor less, to read y, and no place for `%a'`: dy overwrites da and `%a'` overwrites y.
/// Whatever reads `%a'` moves behind the gradient, all else keeps its order, and results are the same to the bit.
///
/// What moves keeps its operands, `%dz` above, for longer. So each choice is tried on the memory plan, in the order of
/// the backward pass, and taken if the peak does not rise. Does not fire where the gradient needs what is made of
/// `%a'`, where a residual is added or a part copied, and where another normalization's gradient lies between: what
/// moves would hold its operands while other layers work. Nor with [Recompute.Policy#MAX], which asks for the least
/// memory: scratch memory, which is unknown here, and packing make up to 3 % of difference, to either side.
public record FuseRecompute(Recompute.Policy policy) implements Pass {
    @Override
    public Graph run(Graph graph) {
        return switch (policy) {
            case DEFAULT -> fuse(graph);
            case OFF, MAX -> graph;
        };
    }

    private static Graph fuse(Graph graph) {
        Map<Node, Node> taken = new IdentityHashMap<>();
        Graph best = graph;
        long bound = MemoryPlan.lowerBound(graph);
        for (Map.Entry<Node, Node> candidate : candidates(graph).entrySet()) {
            taken.put(candidate.getKey(), candidate.getValue());
            Graph fused = new Writer(graph, taken).run();
            if (fused != null && MemoryPlan.lowerBound(fused) <= bound) {
                best = fused;
            } else {
                taken.remove(candidate.getKey());
            }
        }
        return best;
    }

    /// Activations that are made again, in running order, and the gradients behind them that could do it.
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

    /// Writes the graph with some activations made by gradients.
    private static final class Writer {
        private final Graph graph;
        private final Map<Node, Node> taken;
        private final Rewriter rewriter;
        /// What is not there yet: activations whose gradient has not run, and all that is made of them.
        private final Set<Value> awaited = Collections.newSetFromMap(new IdentityHashMap<>());
        private List<Node> waiting = new ArrayList<>();

        Writer(Graph graph, Map<Node, Node> taken) {
            this.graph = graph;
            this.taken = taken;
            rewriter = new Rewriter(graph);
        }

        /// @return null if a gradient needs what is made of its own result
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
