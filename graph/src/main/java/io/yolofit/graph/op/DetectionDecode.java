package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import java.util.List;

/// Decodes head outputs to boxes and scores. Two operands per level: distribution logits `[N,H,W,4*bins]` and class
/// logits `[N,H,W,classes]`. The output is `f32[N, anchors, 4 + classes]`: cx, cy, w, h in pixels of the network's
/// input, then class probabilities. The distance of a side from the anchor point (x + .5, y + .5) is the expectation of
/// its softmax, in units of the level's stride (distribution focal loss, Li et al., 2020).
public record DetectionDecode(List<Integer> strides, int bins) implements Op {
    public DetectionDecode {
        strides = List.copyOf(strides);
    }

    @Override
    public String name() {
        return "detection_decode";
    }

    @Override
    public List<TensorType> infer(Operands in) {
        HeadOperands head = HeadOperands.check(in, strides, bins);
        in.expect(2 * strides.size(), 2 * strides.size());
        return List.of(TensorType.of(DType.F32, head.images(), head.anchors(), 4 + head.classes()));
    }

    @Override
    public boolean readsPacked(int input) {
        return true;
    }

    @Override
    public Cost cost(Node node) {
        return Cost.pointwise(node, 20);
    }
}
