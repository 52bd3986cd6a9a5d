package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Slice;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Lets a normalisation write a second time, packed, the channels that a convolution reads of it.
/// ```
/// %a, .. = bnact.forward %y, ..                 %a, .., %s = bnact.forward[copy=4+4] %y, ..
/// %s = slice.forward[4, 4] %a        becomes
/// %z = conv2d.forward %s, %w                    %z = conv2d.forward %s, %w
/// ```
/// The slice would be a copy made by a kernel of its own, which reads what has just been written. Values are the same
/// to the bit. It comes last, so that neither gradients nor rebuilding know of it, and serves what is rebuilt too.
///
/// Does not fire where nothing needs the slice packed, for it is then a view and free; where it does not stand right
/// behind the normalisation, for the copy would live longer than the slice; for a second slice.
public record FuseSlice() implements Pass {
    @Override
    public Graph run(Graph graph) {
        Map<Node, Node> slices = new IdentityHashMap<>();
        List<Node> nodes = graph.nodes();
        for (int i = 1; i < nodes.size(); i++) {
            if (isCopy(graph, nodes.get(i - 1), nodes.get(i))) {
                slices.put(nodes.get(i - 1), nodes.get(i));
            }
        }
        return slices.isEmpty() ? graph : rewrite(graph, slices);
    }

    private static boolean isCopy(Graph graph, Node norm, Node slice) {
        return norm.op() instanceof BnAct.Result result && result.copy().isNone()
                && slice.op() instanceof Slice.Forward && slice.input(0) == norm.output(0)
                && graph.hasPackedReader(slice.output(0));
    }

    private static Graph rewrite(Graph graph, Map<Node, Node> slices) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BnAct.Result norm && slices.get(node) instanceof Node slice) {
                Slice.Forward range = (Slice.Forward) slice.op();
                List<Value> outputs = rewriter.builder().emit(norm.with(new BnAct.Copy(range.offset(),
                        range.channels())), node.name(), node.output(0).role(), rewriter.now(node.inputs()));
                node.outputs().forEach(output -> rewriter.replace(output, outputs.get(output.index())));
                rewriter.replace(slice.output(0), outputs.getLast());
            } else if (!slices.containsValue(node)) {
                rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }
}
