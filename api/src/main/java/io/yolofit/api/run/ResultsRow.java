package io.yolofit.api.run;

import io.yolofit.train.program.LossItems;
import java.util.List;

/// One epoch in `results.csv`.
///
/// @param epoch    from 1
/// @param time     seconds since the start of the training
/// @param train    losses, means over the epoch, each multiplied by its gain
/// @param metrics  precision, recall, mAP50 and mAP50-95 of the validation
/// @param val      the same losses on the validation split
/// @param learning the learning rates of the three parameter groups: convolution weights, BatchNorm weights, biases
public record ResultsRow(int epoch, double time, LossItems train, Metrics metrics, LossItems val,
        List<Double> learning) {
    private static final int GROUPS = 3;

    /// The four validation metrics, 0 to 1.
    public record Metrics(double precision, double recall, double map50, double map50To95) {
        public static final Metrics ZERO = new Metrics(0, 0, 0, 0);
    }

    public ResultsRow {
        learning = List.copyOf(learning);
        if (epoch < 1) {
            throw new IllegalArgumentException("epoch " + epoch + ": epochs start at 1");
        }
        if (learning.size() != GROUPS) {
            throw new IllegalArgumentException(
                    "results.csv has " + GROUPS + " learning rates, but " + learning.size() + " were given");
        }
    }
}
