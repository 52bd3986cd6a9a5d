package io.yolofit.train.inference;

import io.yolofit.train.eval.ConfusionMatrix;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.program.LossItems;

/// Result of a validation.
///
/// @param items   mean losses of the batches
/// @param seconds duration, including loading
public record Validation(Metrics metrics, ConfusionMatrix confusion, LossItems items, double seconds) {
}
