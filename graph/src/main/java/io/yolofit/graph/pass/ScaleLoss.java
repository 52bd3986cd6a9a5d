package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;

/// In fp16: the loss scale and the number of the update come from the persistent `scaler`, which follows the norm.
/// ```
///                                          %scaled = loss_scale.apply %scalars, %scaler
/// .. = detection_loss .., %scalars         .. = detection_loss .., %scaled
/// .. = update .., %norm, %scalars, ..      .. = update .., %norm, %scaled, ..
///     becomes                              %scaler' = loss_scale.adjust %scaler, %norm
/// ```
/// A graph without a norm, that only sums gradients, leaves the scaler as it is. Does nothing for other types: their
/// exponents reach as far as fp32's.
public record ScaleLoss(DType dtype) implements Pass {
    @Override
    public Graph run(Graph graph) {
        if (dtype != DType.F16) {
            return graph;
        }
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        Value scaler = rewriter.builder().input("scaler", TensorType.of(DType.F32, LossScale.COUNT), Role.OPTIMIZER);
        Value scalars = graph.input("scalars");
        Value scaled = null;
        for (Node node : graph.nodes()) {
            if (scaled == null && node.inputs().contains(scalars)) {
                scaled = rewriter.builder().emit(new LossScale.Apply(), "scalars.scaled", Role.WORKSPACE,
                        rewriter.now(scalars), scaler).getFirst();
                rewriter.replace(scalars, scaled);
            }
            rewriter.copy(node);
        }
        rewriter.copyOutputs();
        if (graph.outputs().containsKey("norm")) {
            rewriter.builder().output("scaler", rewriter.builder().emit(LossScale.Adjust.standard(), "scaler.adjusted",
                    Role.OPTIMIZER, scaler, rewriter.now(graph.output("norm"))).getFirst());
        }
        return rewriter.finish();
    }
}
