package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.rewrite.Pass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Map<Node, Node> candidates = candidates(graph);
        if (candidates.isEmpty()) {
            return graph;
        }
        var fusions = new Fusions(graph, workspace);
        Galloping.accept(List.copyOf(candidates.entrySet()), fusions::add);
        return fusions.isEmpty() ? graph : fusions.graph();
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
}
