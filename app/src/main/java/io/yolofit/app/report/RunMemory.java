package io.yolofit.app.report;

/// The memory of a run, planned before its first step and measured at its end. All sizes are bytes.
///
/// @param planned  before the first step
/// @param device   measured on the GPU; null on the CPU and before the end of the run
/// @param host     measured on the host; null before the end of the run, and on systems other than Linux
public record RunMemory(PlanReport planned, Device device, HostMemory host) {
    /// GPU memory of a run.
    ///
    /// @param name       of the device
    /// @param arena      the single allocation
    /// @param context    context, libraries, modules and graphs: memory of the process in addition to the arena
    /// @param usedBefore device memory in use by all processes before the run
    /// @param usedAfter  device memory in use by all processes at the end of the run
    /// @param total      of the device
    public record Device(String name, long arena, long context, long usedBefore, long usedAfter, long total) {}
}
