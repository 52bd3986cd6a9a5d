package io.yolofit.engine.cuda;

/// What an engine takes of its device, in bytes, measured. Without NVML, whatever is in use beside the arena counts as
/// held before, and nothing as context.
///
/// @param arenaBytes   of the one arena
/// @param contextBytes of context, libraries, modules and graphs: all that this process holds beside the arena
/// @param freeAtStart  that nobody held before this engine was opened
/// @param total        of the device
public record DeviceMemoryReport(long arenaBytes, long contextBytes, long freeAtStart, long total) {
}
