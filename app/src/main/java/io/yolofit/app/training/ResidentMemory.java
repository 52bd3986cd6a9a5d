package io.yolofit.app.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Host memory of this process, bytes: the resident set on Linux, the Java heap elsewhere.
final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIBI = 1024;

    private ResidentMemory() {}

    static long now() {
        return field("VmRSS:").orElseGet(() -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }

    /// The peak so far, on Linux.
    static Optional<Long> peak() {
        return field("VmHWM:");
    }

    private static Optional<Long> field(String name) {
        try {
            return Files.readAllLines(STATUS).stream().filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBI);
        } catch (IOException _) {
            return Optional.empty(); // not Linux
        }
    }
}
