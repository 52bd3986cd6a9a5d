package io.yolofit.train.plan;

/// Memory of a run's process on its device, by component. All sizes are bytes.
///
/// @param arena   the single allocation, exact
/// @param context driver context, libraries and loaded modules
/// @param graphs  CUDA graphs of all programs
public record ProcessMemory(long arena, long context, long graphs) {
    /// What the device reports for the process: the sum.
    public long total() {
        return arena + context + graphs;
    }
}
