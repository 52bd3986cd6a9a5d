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
/// @param exact   whether the memory is planned, or else estimated
/// @param fits    whether it is within the limit
/// @param images  predicted training images per second
/// @param hours   predicted for all epochs; empty if the number of images is unknown
/// @param effect  what changes for accuracy and speed
public record Alternative(Options options, Set<Option<?>> changed, long memory, boolean exact, boolean fits,
        double images, OptionalDouble hours, String effect) {
    public Alternative {
        changed = Set.copyOf(changed);
    }
}
