package io.yolofit.engine;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;
import java.util.Locale;

/// A run needs more memory than its device has free. Thrown before the first step.
public final class OutOfDeviceMemoryException extends YoloFitException {
    private static final long serialVersionUID = 1L;
    private static final double MEBI = 1 << 20;

    private final long needed;
    private final long free;
    private final long total;
    private final String holders;

    /// @param device  name and number: `NVIDIA H200 (device 0)`
    /// @param needed  bytes of the run's one allocation
    /// @param free    free bytes of the device
    /// @param total   bytes of the device
    /// @param holders the processes that hold the rest, as text for the user; empty if unknown
    public OutOfDeviceMemoryException(String device, long needed, long free, long total, String holders) {
        this(device, needed, free, total, holders, message(device, needed, free, total, holders));
    }

    private OutOfDeviceMemoryException(String device, long needed, long free, long total, String holders,
            String message) {
        super(new Failure(message, message, device, "use a smaller batch or image size"));
        this.needed = needed;
        this.free = free;
        this.total = total;
        this.holders = holders;
    }

    /// A run within a limit that is smaller than the device's free memory.
    ///
    /// @param held  bytes of the process outside the allocation: context, libraries and modules
    /// @param limit of the process, bytes
    public static OutOfDeviceMemoryException limited(String device, long needed, long held, long limit, long total) {
        return new OutOfDeviceMemoryException(device, needed, limit - held, total, "", String.format(Locale.ROOT,
                "the run needs %.1f MiB, but its limit on %s is %.1f MiB, of which context and libraries take %.1f MiB",
                needed / MEBI, device, limit / MEBI, held / MEBI));
    }

    private static String message(String device, long needed, long free, long total, String holders) {
        return String.format(Locale.ROOT, "the run needs %.1f MiB, but %s has %.1f MiB free of %.1f MiB%s",
                needed / MEBI, device, free / MEBI, total / MEBI,
                holders.isEmpty() ? "" : "; the rest is held by " + holders);
    }

    /// Bytes of the run's one allocation.
    public long needed() {
        return needed;
    }

    /// Free bytes of the device, or of the limit of the process.
    public long free() {
        return free;
    }

    /// Bytes of the device.
    public long total() {
        return total;
    }

    /// The processes that hold the rest, as text for the user; empty if unknown.
    public String holders() {
        return holders;
    }
}
