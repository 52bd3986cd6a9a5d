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

/// Dynamic loss scaling for fp16: loss scale and update number come from the persistent `scaler`, which is adjusted by
/// the gradient norm.
/// ```
///                                          %scaled = loss_scale.apply %scalars, %scaler
/// .. = detection_loss .., %scalars         .. = detection_loss .., %scaled
/// .. = update .., %norm, %scalars, ..      .. = update .., %norm, %scaled, ..
///     becomes                              %scaler' = loss_scale.adjust %scaler, %norm
/// ```
/// A graph without a norm, which only accumulates gradients, does not change the scaler. Does not fire for fp32 and
/// bf16, whose exponent ranges are equal.
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
