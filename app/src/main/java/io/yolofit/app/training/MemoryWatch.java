package io.yolofit.app.training;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The latest memory reading of a device or of the host. It is read at most once per second, because the driver or the
/// kernel is asked for it; no reading waits for the device.
final class MemoryWatch {
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

    private final Supplier<MemoryReading> source;
    private final MemoryRule rule;
    private final Consumer<String> warnings;
    private final LongSupplier nanoTime;
    private MemoryReading latest;
    private long readAt;

    /// @param warnings receives the warnings of the rule
    /// @param nanoTime a clock such as `System::nanoTime`
    MemoryWatch(Supplier<MemoryReading> source, MemoryRule rule, Consumer<String> warnings, LongSupplier nanoTime) {
        this.source = source;
        this.rule = rule;
        this.warnings = warnings;
        this.nanoTime = nanoTime;
    }

    /// A reading that is at most a second old.
    MemoryReading latest() {
        long now = nanoTime.getAsLong();
        if (latest == null || now - readAt >= INTERVAL) {
            latest = source.get();
            readAt = now;
            rule.warning(latest).ifPresent(warnings);
        }
        return latest;
    }
}
