package io.yolofit.engine;

import java.util.Locale;

/// A run that needs more memory than its device has free, found before its first step.
public final class OutOfDeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final double MEBI = 1 << 20;

    private final long needed;
    private final long free;
    private final long total;
    private final String holders;

    /// @param device  in words: `NVIDIA H200 (device 0)`
    /// @param needed  bytes that the run takes at once
    /// @param free    bytes of the device that nobody holds
    /// @param total   bytes of the device
    /// @param holders who holds the rest, for the user; empty if that is not known
    public OutOfDeviceMemoryException(String device, long needed, long free, long total, String holders) {
        super(message(device, needed, free, total, holders));
        this.needed = needed;
        this.free = free;
        this.total = total;
        this.holders = holders;
    }

    private static String message(String device, long needed, long free, long total, String holders) {
        return String.format(Locale.ROOT, "the run needs %.1f MiB, but %s has %.1f MiB free of %.1f MiB%s",
                needed / MEBI, device, free / MEBI, total / MEBI,
                holders.isEmpty() ? "" : "; the rest is held by " + holders);
    }

    /// Bytes that the run takes at once.
    public long needed() {
        return needed;
    }

    /// Bytes of the device that nobody holds.
    public long free() {
        return free;
    }

    /// Bytes of the device.
    public long total() {
        return total;
    }

    /// Who holds the rest, for the user; empty if that is not known.
    public String holders() {
        return holders;
    }
}
