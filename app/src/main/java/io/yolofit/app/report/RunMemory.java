package io.yolofit.app.report;

/// The memory of a run: what was planned before its first step, and what was measured. All sizes are bytes.
///
/// @param planned  before the first step
/// @param device   measured on the GPU; null on the CPU and before the run is over
/// @param resident the most that the process had in the machine's memory; null if that is not known or not yet
public record RunMemory(PlanReport planned, Device device, Long resident) {
    /// What a run took of its GPU.
    ///
    /// @param name       of the device
    /// @param arena      the one block
    /// @param context    context, libraries, modules and graphs: what the process holds beside the arena
    /// @param usedBefore of the device, by everybody, before the run
    /// @param usedAfter  of the device, by everybody, at the run's end
    /// @param total      of the device
    public record Device(String name, long arena, long context, long usedBefore, long usedAfter, long total) {}
}
