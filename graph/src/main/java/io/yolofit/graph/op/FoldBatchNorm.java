package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// Folds a normalization with fixed statistics into the preceding convolution: with
/// `scale = gamma / sqrt(variance + epsilon)`, `w' = w * scale` and `b' = beta - mean * scale`.
///
/// Operands w, gamma, beta, mean, variance; outputs w', b', in `dtype`.
public record FoldBatchNorm(double epsilon, DType dtype) implements Op {
    @Override
    public String name() {
        return "fold_batch_norm";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(5, 5);
        TensorType w = in.tensor(0, "w", 4);
        long outputs = w.shape().dim(0);
        in.vector(1, "gamma", outputs);
        in.vector(2, "beta", outputs);
        in.vector(3, "mean", outputs);
        in.vector(4, "variance", outputs);
        return List.of(w.withType(dtype), TensorType.of(dtype, outputs));
    }

    @Override
    public String outputSuffix(int output) {
        return output == 0 ? ".weight" : ".bias";
    }

    @Override
    public Cost cost(Node node) {
        return Cost.pointwise(node, 1);
    }
}
