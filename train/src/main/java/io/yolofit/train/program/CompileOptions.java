package io.yolofit.train.program;

import io.yolofit.graph.DType;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.head.HeadSpec;
import java.util.List;

/// Compiler options of a training run.
///
/// @param precision    element type of activations
/// @param capacity     maximum number of objects in a batch
/// @param accumulating whether gradients of several batches are summed before an update
/// @param recompute    how much the backward pass recomputes
/// @param ranks        that train together
public record CompileOptions(Gains gains, DType precision, Update.Rule rule, long capacity, boolean accumulating,
        Recompute.Amount recompute, Ranks ranks) {
    /// Options of a run on one device.
    public CompileOptions(Gains gains, DType precision, Update.Rule rule, long capacity, boolean accumulating,
            Recompute.Amount recompute) {
        this(gains, precision, rule, capacity, accumulating, recompute, Ranks.ONE);
    }

    /// Gains of the loss terms.
    public record Gains(double box, double cls, double dfl) {
        public static final Gains DEFAULT = new Gains(7.5, 0.5, 1.5);

        /// Losses of the branches of a head that inference keeps.
        List<BranchLoss> validationLosses(HeadSpec head) {
            return head.validationLosses(box, cls, dfl);
        }
    }

    /// The same options with another amount of recomputation.
    public CompileOptions with(Recompute.Amount amount) {
        return new CompileOptions(gains, precision, rule, capacity, accumulating, amount, ranks);
    }

    /// Losses of all branches of a head, for a training step.
    List<BranchLoss> trainingLosses(HeadSpec head) {
        return head.trainingLosses(gains.box(), gains.cls(), gains.dfl());
    }
}
