package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One GPU with its primary context, which is shared with libraries that use the CUDA runtime. Calls must come from a
/// thread that has called [#makeCurrent()]; [#open(Driver, int)] does so.
public final class Device implements AutoCloseable {
    private static final int MULTIPROCESSORS = 16;
    private static final int MAJOR = 75;
    private static final int MINOR = 76;
    private static final int PCI_BUS = 33;
    private static final int PCI_DEVICE = 34;
    private static final int PCI_DOMAIN = 50;
    private static final int NAME_LENGTH = 256;
    private static final int SHARED_PER_MULTIPROCESSOR = 81;
    private static final int SHARED_PER_BLOCK = 97;
    private static final int RESERVED_SHARED_BYTES = 1024; // of each block

    private final Driver driver;
    private final int index;
    private final int device;
    private final long context;

    private Device(Driver driver, int index) {
        this.driver = driver;
        this.index = index;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            driver.call("cuDeviceGet", result, index);
            device = result.get(JAVA_INT, 0);
            driver.call("cuDevicePrimaryCtxRetain", result, device);
            context = result.get(JAVA_LONG, 0);
        }
        makeCurrent();
    }

    /// Opens a GPU for the calling thread.
    public static Device open(Driver driver, int index) {
        return new Device(driver, index);
    }

    /// Number of GPUs that the driver shows to this process.
    public static int count(Driver driver) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            driver.call("cuDeviceGetCount", count);
            return count.get(JAVA_INT, 0);
        }
    }

    /// Whether a GPU reads and writes the memory of another one directly, over NVLink or PCIe.
    public static boolean canAccessPeer(Driver driver, int index, int peer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(JAVA_INT);
            driver.call("cuDeviceCanAccessPeer", result, number(driver, index), number(driver, peer));
            return result.get(JAVA_INT, 0) != 0;
        }
    }

    private static int number(Driver driver, int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment device = arena.allocate(JAVA_INT);
            driver.call("cuDeviceGet", device, index);
            return device.get(JAVA_INT, 0);
        }
    }

    public Driver driver() {
        return driver;
    }

    /// Number in `device=`.
    public int index() {
        return index;
    }

    public void makeCurrent() {
        driver.call("cuCtxSetCurrent", context);
    }

    /// Name of the device: `NVIDIA H200`.
    public String name() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_LENGTH);
            driver.call("cuDeviceGetName", name, NAME_LENGTH, device);
            return name.getString(0);
        }
    }

    /// PCI address of a GPU in NVML's format: `00000000:3B:00.0`.
    public static String pciAddress(Driver driver, int index) {
        int number = number(driver, index);
        return "%08X:%02X:%02X.0".formatted(attribute(driver, number, PCI_DOMAIN),
                attribute(driver, number, PCI_BUS), attribute(driver, number, PCI_DEVICE));
    }

    public int multiprocessors() {
        return attribute(MULTIPROCESSORS);
    }

    /// Compute capability: 90 for 9.0.
    public int capability() {
        return 10 * attribute(MAJOR) + attribute(MINOR);
    }

    /// Most bytes of shared memory of a block at a given occupancy.
    ///
    /// @param blocks resident blocks of a multiprocessor
    public int sharedBytes(int blocks) {
        return Math.min(attribute(SHARED_PER_BLOCK),
                attribute(SHARED_PER_MULTIPROCESSOR) / blocks - RESERVED_SHARED_BYTES);
    }

    private int attribute(int attribute) {
        return attribute(driver, device, attribute);
    }

    private static int attribute(Driver driver, int device, int attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            driver.call("cuDeviceGetAttribute", value, attribute, device);
            return value.get(JAVA_INT, 0);
        }
    }

    /// Memory of the device.
    ///
    /// @param free  free bytes
    /// @param total bytes of the device
    public record Memory(long free, long total) {
        public long used() {
            return total - free;
        }
    }

    public Memory memory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocate(JAVA_LONG);
            MemorySegment total = arena.allocate(JAVA_LONG);
            driver.call("cuMemGetInfo_v2", free, total);
            return new Memory(free.get(JAVA_LONG, 0), total.get(JAVA_LONG, 0));
        }
    }

    /// Allocates device memory; empty if too little is free.
    public Optional<Long> allocate(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(JAVA_LONG);
            return driver.callForMemory("cuMemAlloc_v2", address, Math.max(1, bytes))
                    ? Optional.of(address.get(JAVA_LONG, 0)) : Optional.empty();
        }
    }

    public void free(long address) {
        driver.call("cuMemFree_v2", address);
    }

    /// Allocates pinned host memory, which asynchronous copies need; freed with [#freeHost(MemorySegment)].
    @SuppressWarnings("restricted")
    public MemorySegment allocateHost(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS);
            driver.call("cuMemAllocHost_v2", address, Math.max(1, bytes));
            return address.get(ADDRESS, 0).reinterpret(bytes);
        }
    }

    public void freeHost(MemorySegment memory) {
        driver.call("cuMemFreeHost", memory);
    }

    public Stream stream() {
        return new Stream(driver, false);
    }

    /// A stream whose blocks are scheduled before those of other streams.
    public Stream highPriorityStream() {
        return new Stream(driver, true);
    }

    public Event event() {
        return new Event(driver);
    }

    /// Loads a compiled module and returns the functions with these names.
    public List<Long> functions(byte[] binary, List<String> names) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            driver.call("cuModuleLoadData", result, arena.allocateFrom(JAVA_BYTE, binary));
            long module = result.get(JAVA_LONG, 0);
            List<Long> functions = new ArrayList<>();
            for (String name : names) {
                driver.call("cuModuleGetFunction", result, module, arena.allocateFrom(name));
                functions.add(result.get(JAVA_LONG, 0));
            }
            return functions;
        }
    }

    /// Waits for all work of the device.
    public void synchronize() {
        driver.call("cuCtxSynchronize");
    }

    @Override
    public void close() {
        driver.call("cuDevicePrimaryCtxRelease_v2", device);
    }
}
