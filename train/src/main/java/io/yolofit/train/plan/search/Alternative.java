package io.yolofit.train.plan.search;

import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import java.util.OptionalDouble;
import java.util.Set;

/// A run other than the chosen one.
///
/// @param options of the run
/// @param changed the options that differ, for the command
/// @param memory  of the process on the device, bytes
/// @param precision of the memory
/// @param fits    whether it is within the limit
/// @param images  predicted training images per second
/// @param hours   predicted for all epochs; empty if the number of images is unknown
/// @param effect  what changes for accuracy and speed
public record Alternative(Options options, Set<Option<?>> changed, long memory, Precision precision,
        boolean fits, double images, OptionalDouble hours, String effect) {
    /// What is known of the memory of a run.
    public enum Precision {
        PLANNED,
        /// The run takes as much or less.
        UPPER_BOUND,
        ESTIMATED
    }

    public Alternative {
        changed = Set.copyOf(changed);
    }
}
