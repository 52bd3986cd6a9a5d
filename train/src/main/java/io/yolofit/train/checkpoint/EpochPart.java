package io.yolofit.train.checkpoint;

import java.util.List;

/// The completed part of an epoch that was stopped in the middle.
///
/// @param batches number of completed batches
/// @param sums    sums of the finite losses, in the order of the loss terms; empty if there is none
/// @param finite  number of finite losses
public record EpochPart(int batches, List<Double> sums, int finite) {
    /// Nothing of the epoch.
    public static final EpochPart NONE = new EpochPart(0, List.of(), 0);

    public EpochPart {
        sums = List.copyOf(sums);
    }
}
