package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Replaces the sum of two convolutions of one input by one convolution, for inference (re-parameterization, Ding et
/// al., RepVGG, 2021). Runs after [FoldNormalization].
/// ```
/// %y = conv2d.forward[padding=1] %x, %w, %b                 %w', %b' = sum_convolutions %w, %b, %v, %c
/// %z = conv2d.forward[padding=0] %x, %v, %c     becomes     %s = conv2d.forward[padding=1] %x, %w', %b'
/// %s = add %y, %z
/// ```
/// Fires if both convolutions have folded weights, equal strides and groups, no dilation and centered kernels, and if
/// nothing else reads their outputs.
public record FoldParallel() implements Pass {
    @Override
    public Graph run(Graph graph) {
        Map<Node, Node> wide = new IdentityHashMap<>();
        Set<Node> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node sum : graph.nodes()) {
            for (int i = 0; sum.op() instanceof Add && i < 2 && !wide.containsKey(sum); i++) {
                Node large = sum.input(i).producer();
                Node small = sum.input(1 - i).producer();
                if (isFolded(graph, large) && isFolded(graph, small) && large != small && fits(large, small)) {
                    wide.put(sum, large);
                    dropped.addAll(List.of(large, small));
                }
            }
        }
        return wide.isEmpty() ? graph : rewrite(graph, wide, dropped);
    }

    private static boolean isFolded(Graph graph, Node conv) {
        return conv != null && conv.op() instanceof Conv2d.Forward && conv.inputs().size() == 3
                && graph.readers(conv.output(0)).size() == 1 && !graph.isOutput(conv.output(0))
                && conv.input(1).producer() != null && conv.input(1).producer().op() instanceof FoldBatchNorm;
    }

    private static boolean fits(Node large, Node small) {
        Window wide = ((Conv2d) large.op()).window();
        Window narrow = ((Conv2d) small.op()).window();
        long border = wide.padding() - narrow.padding();
        return large.input(0) == small.input(0) && wide.stride() == narrow.stride() && wide.groups() == narrow.groups()
                && wide.dilation() == 1 && narrow.dilation() == 1 && border >= 0
                && side(large, 1) - side(small, 1) == 2 * border && side(large, 2) - side(small, 2) == 2 * border;
    }

    private static long side(Node conv, int dimension) {
        return conv.input(1).shape().dim(dimension);
    }

    private static Graph rewrite(Graph graph, Map<Node, Node> wide, Set<Node> dropped) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        for (Node node : graph.nodes()) {
            if (wide.get(node) instanceof Node large) {
                Node small = large == node.input(0).producer() ? node.input(1).producer() : node.input(0).producer();
                List<Value> summed = rewriter.builder().emit(new SumConvolutions(DType.F32), large.name() + ".summed",
                        Role.WORKSPACE, rewriter.now(List.of(large.input(1), large.input(2), small.input(1),
                                small.input(2))));
                rewriter.replace(node.output(0), rewriter.builder().emit(large.op(), large.name(), Role.ACTIVATION,
                        rewriter.now(large.input(0)), summed.get(0), summed.get(1)).getFirst());
            } else if (!dropped.contains(node)) {
                rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }
}
