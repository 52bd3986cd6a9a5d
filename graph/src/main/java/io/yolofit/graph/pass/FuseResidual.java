package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Fuses a residual sum into the epilogue of the normalization, whose result is still in registers.
/// ```
/// %a, .. = bnact.forward %y, %g, %b, ..              %z, .. = bnact.forward %y, %g, %b, .., %x
/// %z = add %x, %a                          becomes
/// ```
/// This saves two of five passes over the tensor, in the forward pass and in recomputation. Results and gradients are
/// bit-identical: the gradient contributions keep their order.
///
/// Does not fire if `%a` has another reader, if `%x` is computed after the normalization, or if a node between the two
/// reads `%x`, because the gradient of `%x` would then be summed in another order.
public record FuseResidual() implements Pass {
    @Override
    public Graph run(Graph graph) {
        Map<Node, Value> residuals = new IdentityHashMap<>();
        Map<Node, Value> sums = new IdentityHashMap<>();
        Map<Node, Integer> order = new IdentityHashMap<>();
        for (Node node : graph.nodes()) {
            order.put(node, order.size());
            for (int i = 0; node.op() instanceof Add && i < 2; i++) {
                Value a = node.input(i);
                Value x = node.input(1 - i);
                if (!sums.containsKey(node) && mayAdd(graph, order, node, a, x)) {
                    residuals.put(a.producer(), x);
                    sums.put(node, a);
                }
            }
        }
        return residuals.isEmpty() ? graph : rewrite(graph, residuals, sums);
    }

    private static boolean mayAdd(Graph graph, Map<Node, Integer> order, Node sum, Value a, Value x) {
        Node norm = a.producer();
        if (norm == null || !(norm.op() instanceof BnAct.Forward) || a != norm.output(0) || BnAct.hasResidual(norm)
                || graph.readers(a).size() > 1 || graph.isOutput(a)) {
            return false;
        }
        int first = order.get(norm);
        boolean ready = x.producer() == null || order.get(x.producer()) < first;
        return ready && graph.nodes().subList(first + 1, order.get(sum)).stream()
                .noneMatch(between -> between.inputs().contains(x));
    }

    private static Graph rewrite(Graph graph, Map<Node, Value> residuals, Map<Node, Value> sums) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        for (Node node : graph.nodes()) {
            if (residuals.containsKey(node)) {
                List<Value> operands = new ArrayList<>(rewriter.now(node.inputs()));
                operands.add(rewriter.now(residuals.get(node)));
                rewriter.copy(node, operands);
            } else if (sums.containsKey(node)) {
                rewriter.replace(node.output(0), rewriter.now(sums.get(node)));
            } else {
                rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }
}
