package io.yolofit.train.program;

import io.yolofit.graph.DType;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.model.HeadSpec;

/// What the compiler needs to know about a training run.
///
/// @param precision of activations
/// @param capacity most objects in a batch
/// @param accumulating whether gradients of several batches are summed before an update
/// @param recompute what the backward pass makes again instead of keeping it
public record CompileOptions(Gains gains, DType precision, Update.Rule rule, long capacity, boolean accumulating,
        Recompute.Policy recompute) {
    /// Factors of the loss items.
    public record Gains(double box, double cls, double dfl) {
        public static final Gains DEFAULT = new Gains(7.5, 0.5, 1.5);
    }

    /// The same, but everything is kept.
    CompileOptions keepingAll() {
        return new CompileOptions(gains, precision, rule, capacity, accumulating, Recompute.Policy.OFF);
    }

    DetectionLoss loss(HeadSpec head, boolean gradients) {
        return new DetectionLoss(head.strides(), head.bins(), gains.box(), gains.cls(), gains.dfl(), gradients);
    }
}
