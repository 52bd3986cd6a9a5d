package io.yolofit.train.inference;

import io.yolofit.train.eval.ConfusionMatrix;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.program.LossItems;
import java.util.Optional;

/// Result of a validation.
///
/// @param items   mean losses of the batches; null if the detector computes none
/// @param seconds duration, including loading
public record Validation(Metrics metrics, ConfusionMatrix confusion, LossItems items, double seconds) {
    /// The fitness, by which the best epoch is selected; empty if a loss is not finite: such an epoch is never the
    /// best.
    public Optional<Double> fitness() {
        return items != null && items.isFinite() ? Optional.of(metrics.fitness()) : Optional.empty();
    }
}
