package io.yolofit.app.training;

import io.yolofit.app.console.Units;
import io.yolofit.base.Troubleshooting;
import java.util.Optional;

/// Decides from successive readings when the user is warned: once per change.
interface MemoryRule {
    /// The warning that a new reading causes.
    Optional<String> warning(MemoryReading reading);

    /// Warns when other processes take memory of a GPU: the free memory falls by more than this run grows.
    final class OtherProcesses implements MemoryRule {
        /// Modules that are loaded at their first use, and desktops, change less.
        private static final long LEAST_CHANGE = 256L << 20;

        private long known = -1;

        @Override
        public Optional<String> warning(MemoryReading reading) {
            long others = reading.others();
            long grown = known < 0 ? 0 : others - known;
            if (grown > 0 && grown < LEAST_CHANGE) {
                return Optional.empty(); // small steps add up until they are worth a line
            }
            known = others;
            return grown <= 0 ? Optional.empty() : Optional.of("another process took " + Units.bytes(grown)
                    + " of the GPU's memory, " + Units.bytes(reading.free()) + " are free now; this run keeps the "
                    + Units.bytes(reading.own()) + " that it holds. " + Troubleshooting.OTHER_PROCESS.line());
        }
    }

    /// Warns when the memory of the host is nearly full: the system then ends a process, most likely this one.
    final class LowHostMemory implements MemoryRule {
        private static final long LEAST = 512L << 20;
        private static final double SHARE = 0.03;
        private static final int RECOVERED = 2;

        private boolean warned;

        @Override
        public Optional<String> warning(MemoryReading reading) {
            long low = Math.max(LEAST, (long) (SHARE * reading.total()));
            if (reading.total() == 0 || reading.free() >= low) {
                warned = warned && reading.free() < RECOVERED * low;
                return Optional.empty();
            }
            boolean isNew = !warned;
            warned = true;
            return !isNew ? Optional.empty() : Optional.of("only " + Units.bytes(reading.free()) + " of the host's "
                    + Units.bytes(reading.total()) + " are free, and this run holds " + Units.bytes(reading.own())
                    + "; the system ends a process when memory is full. Close other programs, or resume with fewer "
                    + "workers and without cache=ram. " + Troubleshooting.HOST_MEMORY.line());
        }
    }
}
