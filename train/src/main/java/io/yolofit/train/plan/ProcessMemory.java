package io.yolofit.train.plan;

/// Memory of a run's process on its device, by component. All sizes are bytes.
///
/// @param arena   the single allocation, exact
/// @param context driver context, libraries and loaded modules
/// @param graphs  CUDA graphs of all programs
/// @param links   of NCCL, for the communication with other ranks
public record ProcessMemory(long arena, long context, long graphs, long links) {
    /// What the device reports for the process: the sum.
    public long total() {
        return arena + context + graphs + links;
    }
}
