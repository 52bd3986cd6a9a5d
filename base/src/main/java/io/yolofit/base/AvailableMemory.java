package io.yolofit.base;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// Host memory of this machine, bytes.
///
/// @param total of the machine, or the limit of the container
/// @param free  available to programs: Linux counts the page cache as available, the JDK's figure does not
public record AvailableMemory(long total, long free) {
    private static final Path LINUX = Path.of("/proc/meminfo");

    /// The memory now.
    public static AvailableMemory now() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long total = system.getTotalMemorySize();
        return new AvailableMemory(total, Math.min(total, available().orElse(system.getFreeMemorySize())));
    }

    /// Empty on systems without the file.
    private static OptionalLong available() {
        try {
            return Files.readAllLines(LINUX).stream().filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }
}
