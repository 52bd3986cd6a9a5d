package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.List;

/// Mixed precision: activations and convolution weights in half precision; parameters, statistics, losses and updates
/// in fp32.
/// ```
/// %x = pixels[f32] %images                        %x = pixels[bf16] %images
/// %w = flat.view %parameters        becomes       %half = cast[bf16] %parameters
/// %y = conv2d.forward %x, %w                      %w = flat.view %half
///                                                 %y = conv2d.forward %x, %w
/// ```
/// The last op of a fold writes folded weights in half precision. Does not fire for [DType#F32].
public record Precision(DType dtype) implements Pass {
    @Override
    public Graph run(Graph graph) {
        if (dtype == DType.F32) {
            return graph;
        }
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        Value half = null;
        for (Node node : graph.nodes()) {
            switch (node.op()) {
                case Pixels pixels -> rewriter.copy(node, new Pixels(dtype));
                case FoldBatchNorm fold when !isSummed(graph, node) ->
                        rewriter.copy(node, new FoldBatchNorm(fold.epsilon(), dtype));
                case SumConvolutions _ -> rewriter.copy(node, new SumConvolutions(dtype));
                case Flat.View view when readByConvolution(graph, node.output(0)) -> {
                    if (half == null) {
                        half = rewriter.builder().emit(new Cast(dtype), node.input(0).name() + ".half", Role.WORKSPACE,
                                rewriter.now(node.input(0))).getFirst();
                    }
                    List<Value> weight = rewriter.builder().emit(view, node.name(), node.output(0).role(), half);
                    rewriter.replace(node.output(0), weight.getFirst());
                }
                default -> rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private static boolean isSummed(Graph graph, Node fold) {
        return graph.readers(fold.output(0)).stream().anyMatch(reader -> reader.op() instanceof SumConvolutions);
    }

    private static boolean readByConvolution(Graph graph, Value value) {
        return graph.readers(value).stream().anyMatch(reader -> reader.op() instanceof Conv2d
                || reader.op() instanceof Reshape && readByConvolution(graph, reader.output(0)));
    }
}
