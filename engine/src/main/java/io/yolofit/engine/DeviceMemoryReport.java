package io.yolofit.engine;

/// Measured memory use of an engine on its device, in bytes. Without NVML, all memory in use outside the arena counts
/// as held before the engine was opened, and `contextBytes` is 0.
///
/// @param arenaBytes   size of the arena
/// @param contextBytes context, libraries, modules and graphs: everything this process holds outside the arena
/// @param freeAtStart  free bytes before this engine was opened
/// @param total        bytes of the device
public record DeviceMemoryReport(long arenaBytes, long contextBytes, long freeAtStart, long total) {
    /// Bytes of the device that this process holds.
    public long processBytes() {
        return arenaBytes + contextBytes;
    }

    /// Bytes of the device that are free for all processes now.
    public long free() {
        return freeAtStart - arenaBytes - contextBytes;
    }
}
