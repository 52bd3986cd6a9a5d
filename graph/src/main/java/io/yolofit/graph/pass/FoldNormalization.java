package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Folds normalizations into the preceding convolutions, with their running statistics: for inference all of them, for
/// training those of frozen rows, whose statistics then stay as they are.
/// ```
/// %y = conv2d.forward %x, %w                        %w', %b' = fold_batch_norm %w, %gamma, %beta, %mean, %var
/// %a, .. = bnact.forward[SILU] %y, %gamma, ..       %y = conv2d.forward %x, %w', %b'
///     becomes                                       %a = silu.forward %y
/// ```
/// Every [BnAct.Forward] that is folded must be the only reader of a convolution without bias. The gradient passes
/// through the folded convolution to x; the parameters have none, so all of them must be frozen.
public final class FoldNormalization implements Pass {
    private final Predicate<Node> folded;

    private FoldNormalization(Predicate<Node> folded) {
        this.folded = folded;
    }

    /// All normalizations.
    public static FoldNormalization all() {
        return new FoldNormalization(norm -> true);
    }

    /// Normalizations whose gamma and beta are frozen, after convolutions whose weights are. Runs before
    /// [FlattenState], while parameters are inputs.
    public static FoldNormalization frozen(StateLayout layout) {
        return new FoldNormalization(norm -> norm.input(0).producer() != null
                && norm.input(0).producer().op() instanceof Conv2d.Forward
                && Stream.of(norm.input(0).producer().input(1), norm.input(1), norm.input(2)).allMatch(parameter ->
                        layout.parameters().get(parameter.name()).group() == StateLayout.Group.FROZEN));
    }

    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BnAct.Forward norm && folded.test(node)) {
                fold(graph, rewriter, node, norm);
            } else if (!(node.op() instanceof Conv2d.Forward && feedsNorm(graph, node))) {
                rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private boolean feedsNorm(Graph graph, Node conv) {
        return graph.readers(conv.output(0)).stream().anyMatch(reader -> reader.op() instanceof BnAct.Forward
                && folded.test(reader));
    }

    private static void fold(Graph graph, Rewriter rewriter, Node node, BnAct.Forward norm) {
        Value y = node.input(0);
        Node conv = y.producer();
        if (conv == null || !(conv.op() instanceof Conv2d.Forward window) || conv.inputs().size() != 2
                || graph.readers(y).size() != 1) {
            throw new IllegalStateException(node + " is not the only reader of a convolution without bias");
        }
        List<Value> folded = rewriter.builder().emit(new FoldBatchNorm(norm.epsilon(), DType.F32),
                conv.name() + ".folded", Role.WORKSPACE, rewriter.now(conv.input(1)), rewriter.now(node.input(1)),
                rewriter.now(node.input(2)), rewriter.now(node.input(3)), rewriter.now(node.input(4)));
        Value result = rewriter.builder().emit(new Conv2d.Forward(window.window()), conv.name(), Role.ACTIVATION,
                rewriter.now(conv.input(0)), folded.get(0), folded.get(1)).getFirst();
        if (norm.activation() != Activation.IDENTITY) {
            Op activation = norm.activation() == Activation.SILU ? new Silu.Forward()
                    : new LeakyRelu.Forward(norm.activation().slope());
            result = rewriter.builder().emit(activation, node.name(), Role.ACTIVATION, result).getFirst();
        }
        rewriter.replace(node.output(0), result);
    }
}
