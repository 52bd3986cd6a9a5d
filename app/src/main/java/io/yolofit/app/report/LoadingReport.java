package io.yolofit.app.report;

import java.util.List;

/// Data loading of a planned run: what the loader delivers on this machine, measured, against what the device trains,
/// predicted.
///
/// @param bound    "data-bound", "balanced" or "device-bound"
/// @param needed   images per second that the device trains, predicted without loading
/// @param current  the setting of the run
/// @param better   the setting that helps, with the fewest changes; null if none does or none is needed
/// @param cores    that would suffice for the device if no setting does; 0 otherwise
/// @param measured rates by number of workers
/// @param machine  that was measured
public record LoadingReport(String bound, double needed, Setting current, Setting better, int cores,
        List<Measured> measured, Machine machine) {
    /// A setting and its speed, in images per second.
    ///
    /// @param options  as typed: "workers=8 cache=ram"
    /// @param changed  the part of `options` that differs from the run's
    /// @param loaded   that the loader delivers on its own
    /// @param expected that the run trains
    public record Setting(String options, String changed, String bound, double loaded, double expected) {}

    /// Measured images per second.
    ///
    /// @param decoding each image is decoded once per epoch
    /// @param cached   decoded images are in memory
    public record Measured(int workers, double decoding, double cached) {}

    /// The measurement.
    ///
    /// @param images  of the sample
    /// @param seconds that it took
    /// @param reused  whether it is that of an earlier plan
    /// @param shared  whether the processor that loads is also the device
    /// @param held    whether the decoded training images fit into the loader's own memory, without a cache
    public record Machine(int cores, int images, double seconds, boolean reused, boolean shared, boolean held) {}

    public LoadingReport {
        measured = List.copyOf(measured);
    }
}
