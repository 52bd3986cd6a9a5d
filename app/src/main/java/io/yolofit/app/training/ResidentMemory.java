package io.yolofit.app.training;

import com.sun.management.OperatingSystemMXBean;
import io.yolofit.app.report.HostMemory;
import io.yolofit.engine.cpu.host.NativeMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// Host memory of this process, bytes: the resident set on Linux, the Java heap elsewhere.
final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final long KIBI = 1024;
    /// The first line of a mapping: addresses, access, offset, device, inode, and the file if there is one.
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ \\S+ \\S+ \\S+ \\S+ *(.*)");
    /// The addresses of a generation or of the whole heap: start, end of the committed part (not for all), end.
    private static final Pattern HEAP = Pattern.compile("\\[0x([0-9a-f]+), (?:0x[0-9a-f]+, )?0x([0-9a-f]+)\\)");

    private ResidentMemory() {}

    static long now() {
        return field(STATUS, "VmRSS:").orElseGet(() ->
                Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }

    /// Resident memory of this process, and what the host or the container has left. Linux counts the page cache as
    /// available; the JDK's figure, which respects the limit of a container, does not.
    static MemoryReading reading() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long total = system.getTotalMemorySize();
        Optional<Long> machine = field(MACHINE, "MemTotal:");
        long free = machine.isPresent() && total >= machine.get()
                ? field(MACHINE, "MemAvailable:").orElseGet(system::getFreeMemorySize) : system.getFreeMemorySize();
        return new MemoryReading(now(), free, total);
    }

    /// The parts of the resident memory, on Linux.
    ///
    /// @param images decoded images that are held, bytes
    static Optional<HostMemory> parts(long images) {
        Optional<Long> peak = field(STATUS, "VmHWM:");
        if (peak.isEmpty()) {
            return Optional.empty();
        }
        HostMemory end = parts(peak.get(), heapRange(), images);
        // the kernel's peak is approximate, and reading the parts takes memory too
        return Optional.of(end.resident() <= peak.get() ? end : new HostMemory(end.resident(), end.resident(),
                end.heap(), end.code(), end.libraries(), end.allocated(), end.other(), end.images()));
    }

    /// @param range addresses of the Java heap; empty if unknown. Then the committed heap counts as resident
    static HostMemory parts(long peak, Optional<long[]> range, long images) {
        long heap = 0;
        long files = 0;
        long anonymous = 0;
        boolean isFile = false;
        boolean isHeap = false;
        for (String line : lines(MAPPINGS)) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                isFile = mapping.group(2).startsWith("/");
                isHeap = !isFile && range.isPresent()
                        && Long.compareUnsigned(start, range.get()[0]) >= 0
                        && Long.compareUnsigned(start, range.get()[1]) < 0;
            } else if (line.startsWith("Rss:")) {
                long bytes = number(line) * KIBI;
                heap += isHeap ? bytes : 0;
                files += isFile ? bytes : 0;
                anonymous += isHeap || isFile ? 0 : bytes;
            }
        }
        if (range.isEmpty()) {
            heap = Math.min(anonymous, Runtime.getRuntime().totalMemory());
            anonymous -= heap;
        }
        long code = Math.min(anonymous, ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.NON_HEAP).mapToLong(ResidentMemory::committed).sum());
        long allocated = Math.min(anonymous - code, NativeMemory.allocatedBytes().orElse(0L));
        return new HostMemory(peak, heap + files + anonymous, heap, code, files, allocated,
                anonymous - code - allocated, images);
    }

    /// The compressed class space is a part of the metaspace.
    private static long committed(MemoryPoolMXBean pool) {
        return pool.getName().equals("Compressed Class Space") ? 0 : pool.getUsage().getCommitted();
    }

    /// The addresses of the Java heap, as the virtual machine reports them. Empty for runtime images without diagnostic
    /// commands, as `jlink` may build them, and for collectors that do not report them.
    private static Optional<long[]> heapRange() {
        String info;
        try {
            info = ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcHeapInfo", new Object[] {null},
                    new String[] {String[].class.getName()}).toString();
        } catch (JMException _) {
            return Optional.empty(); // memory.txt is optional; the heap is then its committed size
        }
        long[] range = {-1, 0}; // the first is the largest unsigned number
        Matcher addresses = HEAP.matcher(info);
        while (addresses.find()) {
            long start = Long.parseUnsignedLong(addresses.group(1), 16);
            long end = Long.parseUnsignedLong(addresses.group(2), 16);
            range[0] = Long.compareUnsigned(start, range[0]) < 0 ? start : range[0];
            range[1] = Long.compareUnsigned(end, range[1]) > 0 ? end : range[1];
        }
        return range[1] == 0 ? Optional.empty() : Optional.of(range);
    }

    private static Optional<Long> field(Path file, String name) {
        return lines(file).stream().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> number(line) * KIBI);
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1); // file names may be in any encoding
        } catch (IOException _) {
            return List.of(); // not Linux
        }
    }
}
