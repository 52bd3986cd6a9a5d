package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// Conversion to another floating-point type, rounded to nearest even. It has no gradient rule: only parameters are
/// cast, and their gradients are produced in fp32.
public record Cast(DType dtype) implements Op {
    @Override
    public String name() {
        return "cast";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(1, 1);
        TensorType x = in.any(0, "x");
        in.require(x.dtype().isFloat() && dtype.isFloat(), "%s cannot be cast to %s", x.dtype().text(), dtype.text());
        return List.of(x.withType(dtype));
    }

    @Override
    public Cost cost(Node node) {
        return Cost.pointwise(node, 0);
    }
}
