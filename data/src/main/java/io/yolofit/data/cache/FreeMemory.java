package io.yolofit.data.cache;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;

/// How much more memory this process may take off the heap.
final class FreeMemory {
    private static final Path LINUX = Path.of("/proc/meminfo");

    private FreeMemory() {
    }

    /// The least of what the machine has available, what a container's limit leaves, and what JavaCPP allows.
    static long bytes() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long free = system.getFreeMemorySize(); // knows a container's limit, but counts the page cache as used
        long machine = meminfo("MemTotal:");
        if (machine > 0 && system.getTotalMemorySize() >= machine) {
            free = meminfo("MemAvailable:");
        }
        long javacppLimit = Pointer.maxPhysicalBytes(); // beyond it, OpenCV's and libtorch's wrappers throw
        return javacppLimit > 0 ? Math.clamp(javacppLimit - Pointer.physicalBytes(), 0, free) : free;
    }

    /// A line of `/proc/meminfo` in bytes; -1 where there is none.
    private static long meminfo(String key) {
        if (!Files.isReadable(LINUX)) {
            return -1;
        }
        try {
            return Files.readAllLines(LINUX).stream().filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }
}
