package io.yolofit.app.training;

/// Memory of a device or of the host at one moment, bytes.
///
/// @param own   of this process
/// @param free  for all processes; 0 if unknown
/// @param total of the device or of the host; 0 if unknown
record MemoryReading(long own, long free, long total) {
    /// Memory of all other processes; on the host, that of the system too.
    long others() {
        return total - free - own;
    }
}
