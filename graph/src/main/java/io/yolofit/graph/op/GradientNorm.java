package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// Global L2 norm of the flat gradients, `f32[1]`. It is not finite if any gradient is not; the update then skips.
public record GradientNorm() implements Op {
    @Override
    public String name() {
        return "gradient_norm";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(1, 1);
        in.tensor(0, "gradients", 1);
        return List.of(TensorType.of(DType.F32, 1));
    }

    @Override
    public Cost cost(Node node) {
        return Cost.of(node, 2.0 * node.input(0).shape().count());
    }
}
