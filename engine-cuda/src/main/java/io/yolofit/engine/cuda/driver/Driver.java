package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// CUDA's driver API, `libcuda`: the only part of CUDA that every driver includes. The result of every call is checked.
///
/// Device addresses and handles are 64-bit numbers. A function is looked up at its first call.
public final class Driver {
    private static final int SUCCESS = 0;
    private static final int OUT_OF_MEMORY = 2;
    private static final int INVALID_CLUSTER_SIZE = 912;
    private static final int HIGHEST_ERROR_NAME = 256;

    private final NativeLibrary library;
    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();

    private Driver(NativeLibrary library) {
        this.library = library;
    }

    /// @throws CudaException if there is no driver, or it finds no device
    public static Driver load() {
        Driver driver = new Driver(NativeLibrary.load("NVIDIA's driver", "libcuda.so.1"));
        driver.call("cuInit", 0);
        return driver;
    }

    /// The newest version of CUDA that the driver supports: 13000 for 13.0.
    public int version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            call("cuDriverGetVersion", version);
            return version.get(JAVA_INT, 0);
        }
    }

    /// Calls a function. Its C parameter types follow from the Java types of the arguments: Integer, Long, Byte,
    /// MemorySegment.
    ///
    /// @throws CudaException naming the call and the driver's error
    void call(String name, Object... arguments) {
        int code = result(name, arguments);
        if (code != SUCCESS) {
            throw new CudaException(name + " failed: " + error(code));
        }
    }

    /// Calls an allocation function. Returns false if memory is exhausted; other errors are thrown.
    boolean callForMemory(String name, Object... arguments) {
        int code = result(name, arguments);
        if (code != SUCCESS && code != OUT_OF_MEMORY) {
            throw new CudaException(name + " failed: " + error(code));
        }
        return code == SUCCESS;
    }

    private int result(String name, Object... arguments) {
        MethodHandle function = functions.computeIfAbsent(name, key -> library.function(key, layouts(arguments)));
        return NativeLibrary.call(name, function, arguments);
    }

    static MemoryLayout[] layouts(Object... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            layouts[i] = switch (arguments[i]) {
                case Integer _ -> JAVA_INT;
                case Long _ -> JAVA_LONG;
                case Byte _ -> JAVA_BYTE;
                case MemorySegment _ -> ADDRESS;
                default -> throw new IllegalArgumentException("no layout for " + arguments[i].getClass());
            };
        }
        return layouts;
    }

    void launch(String name, long function, int gridX, int gridY, int gridZ, int blockX, int blockY, int sharedBytes,
            long stream, MemorySegment parameters) {
        int code = result("cuLaunchKernel", function, gridX, gridY, gridZ, blockX, blockY, 1, sharedBytes, stream,
                parameters, MemorySegment.NULL);
        if (code != SUCCESS) {
            throw new CudaException("kernel " + name + " could not be launched with grid " + gridX + "x" + gridY + "x"
                    + gridZ + ", block " + blockX + "x" + blockY + " and " + sharedBytes + " bytes of shared memory: "
                    + error(code));
        }
    }

    /// Launches with a [LaunchConfiguration].
    void launch(String name, long function, MemorySegment configuration, MemorySegment parameters) {
        int code = result("cuLaunchKernelEx", configuration, function, parameters, MemorySegment.NULL);
        if (code != SUCCESS) {
            throw new CudaException("kernel " + name + " could not be launched with thread block clusters: "
                    + error(code));
        }
    }

    /// Thread block clusters of a launch that the device can run at once; 0 if it supports no clusters of this size.
    int activeClusters(long function, MemorySegment configuration) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment clusters = arena.allocate(JAVA_INT);
            int code = result("cuOccupancyMaxActiveClusters", clusters, function, configuration);
            if (code != SUCCESS && code != INVALID_CLUSTER_SIZE) {
                throw new CudaException("cuOccupancyMaxActiveClusters failed: " + error(code));
            }
            return code == SUCCESS ? clusters.get(JAVA_INT, 0) : 0;
        }
    }

    /// An attribute of a function.
    int attribute(long function, int attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            call("cuFuncGetAttribute", value, attribute, function);
            return value.get(JAVA_INT, 0);
        }
    }

    /// `CUDA_ERROR_OUT_OF_MEMORY (2): out of memory`.
    private String error(int code) {
        if (code == SUCCESS) {
            return "success";
        }
        try (Arena arena = Arena.ofConfined()) {
            return text(arena, "cuGetErrorName", code) + " (" + code + "): " + text(arena, "cuGetErrorString", code);
        }
    }

    @SuppressWarnings("restricted")
    private String text(Arena arena, String function, int code) {
        MemorySegment pointer = arena.allocate(ADDRESS);
        int status = result(function, code, pointer);
        MemorySegment text = pointer.get(ADDRESS, 0);
        return status != SUCCESS || text.address() == 0 ? "unknown error"
                : text.reinterpret(HIGHEST_ERROR_NAME).getString(0);
    }
}
