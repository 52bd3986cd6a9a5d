package io.yolofit.data.cache;

import com.sun.management.OperatingSystemMXBean;
import io.yolofit.base.NativeBundle;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;

/// The native memory that this process may still allocate.
final class FreeMemory {
    private static final Path LINUX = Path.of("/proc/meminfo");

    static {
        NativeBundle.JAVACPP.load();
    }

    private FreeMemory() {
    }

    /// The minimum of the machine's available memory, the rest of a container's limit, and the rest of JavaCPP's limit.
    static long bytes() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long free = system.getFreeMemorySize(); // respects a container's limit, but counts the page cache as used
        long machine = meminfo("MemTotal:");
        if (machine > 0 && system.getTotalMemorySize() >= machine) {
            free = meminfo("MemAvailable:");
        }
        long javacppLimit = Pointer.maxPhysicalBytes(); // beyond it, OpenCV's and libtorch's wrappers throw
        return javacppLimit > 0 ? Math.clamp(javacppLimit - Pointer.physicalBytes(), 0, free) : free;
    }

    /// An entry of `/proc/meminfo` in bytes; -1 if there is none.
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
