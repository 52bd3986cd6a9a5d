package io.yolofit.train.inference;

import io.yolofit.train.eval.ConfusionMatrix;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.program.LossItems;

/// What a validation found.
///
/// @param items means over the batches
/// @param seconds it took, loading included
public record Validation(Metrics metrics, ConfusionMatrix confusion, LossItems items, double seconds) {
}
