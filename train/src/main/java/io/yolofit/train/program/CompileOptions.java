package io.yolofit.train.program;

import io.yolofit.graph.DType;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.model.HeadSpec;

/// Compiler options of a training run.
///
/// @param precision    element type of activations
/// @param capacity     maximum number of objects in a batch
/// @param accumulating whether gradients of several batches are summed before an update
/// @param recompute    how much the backward pass recomputes
public record CompileOptions(Gains gains, DType precision, Update.Rule rule, long capacity, boolean accumulating,
        Recompute.Amount recompute) {
    /// Gains of the loss terms.
    public record Gains(double box, double cls, double dfl) {
        public static final Gains DEFAULT = new Gains(7.5, 0.5, 1.5);
    }

    /// The same options with another amount of recomputation.
    public CompileOptions with(Recompute.Amount amount) {
        return new CompileOptions(gains, precision, rule, capacity, accumulating, amount);
    }

    DetectionLoss loss(HeadSpec head, boolean gradients) {
        return loss(gains, head, gradients);
    }

    static DetectionLoss loss(Gains gains, HeadSpec head, boolean gradients) {
        return new DetectionLoss(head.strides(), head.bins(), gains.box(), gains.cls(), gains.dfl(), gradients);
    }
}
