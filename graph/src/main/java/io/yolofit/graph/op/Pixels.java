package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// Converts image bytes `u8[N,H,W,3]` to floating point: `x / 255`.
public record Pixels(DType dtype) implements Op {
    @Override
    public String name() {
        return "pixels";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(1, 1);
        TensorType x = in.tensor(0, "x", 4);
        in.require(x.dtype() == DType.U8, "x is %s, but must be u8", x.dtype().text());
        return List.of(x.withType(dtype));
    }

    @Override
    public Cost cost(Node node) {
        return Cost.pointwise(node, 1);
    }
}
