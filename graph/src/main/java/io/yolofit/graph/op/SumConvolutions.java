package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// Weight and bias of the sum of two convolutions of one input (Ding et al., RepVGG, 2021): the smaller kernel is added
/// to the center of the larger one.
///
/// Operands `w[K,R,S,C]`, `b[K]`, `v[K,r,s,C]`, `c[K]`, with R - r and S - s even and not negative; outputs `w'` of w's
/// shape and `b'`, in `dtype`.
public record SumConvolutions(DType dtype) implements Op {
    @Override
    public String name() {
        return "sum_convolutions";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(4, 4);
        TensorType w = in.tensor(0, "w", 4);
        TensorType v = in.tensor(2, "v", 4);
        in.vector(1, "b", w.shape().dim(0));
        in.vector(3, "c", w.shape().dim(0));
        in.require(w.dtype() == DType.F32 && v.dtype() == DType.F32, "w is %s and v is %s, but both must be f32",
                w.dtype().text(), v.dtype().text());
        in.require(w.shape().dim(0) == v.shape().dim(0) && w.shape().channels() == v.shape().channels(),
                "w is %s, but v is %s", w, v);
        for (int side = 1; side <= 2; side++) {
            long border = w.shape().dim(side) - v.shape().dim(side);
            in.require(border >= 0 && border % 2 == 0, "v of %s has no center in w of %s", v, w);
        }
        return List.of(w.withType(dtype), TensorType.of(dtype, w.shape().dim(0)));
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
