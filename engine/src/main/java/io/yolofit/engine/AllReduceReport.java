package io.yolofit.engine;

import java.util.List;

/// An all-reduce between the GPUs of this machine, checked for its result and timed.
///
/// @param version      of the library for communication
/// @param links        how each pair of GPUs is connected: `GPU 0 - GPU 1: NVLink (18 links)`
/// @param direct       whether all pairs of GPUs exchange without the host's memory
/// @param bytes        of the vector
/// @param milliseconds of a sum, the mean of several back to back
/// @param microseconds of a sum of 4 KiB, likewise
/// @param held         bytes of each GPU's memory that the library takes
public record AllReduceReport(String version, List<String> links, boolean direct, long bytes, float milliseconds,
        float microseconds, long held) {
    public AllReduceReport {
        links = List.copyOf(links);
    }

    /// Bus bandwidth in bytes per second: `2 (n - 1) / n` times the vector over the time.
    ///
    /// @param ranks number of GPUs
    public double bandwidth(int ranks) {
        return 2.0 * (ranks - 1) / ranks * bytes / (milliseconds / 1e3);
    }
}
