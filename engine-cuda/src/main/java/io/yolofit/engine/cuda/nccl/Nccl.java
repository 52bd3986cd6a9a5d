package io.yolofit.engine.cuda.nccl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.NativeLibrary;
import io.yolofit.engine.cuda.driver.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// NCCL, NVIDIA's library of collectives between GPUs, as installed: `libnccl.so.2`.
///
/// NVLink multicast (NVLS) stays off, because some hosts advertise it and then fail: `NCCL_NVLS_ENABLE=0` is set for
/// the process before the library is loaded, unless the user has set the variable. So is `NCCL_RUNTIME_CONNECT=0`:
/// connections and their memory are set up when a communicator is opened, not by a first sum during graph capture. And
/// `NCCL_GRAPH_REGISTER=0`: a captured sum registers no buffers.
public final class Nccl {
    /// Bytes of the id that all ranks of a communicator share.
    public static final int ID_BYTES = 128;

    private static final MemoryLayout ID = MemoryLayout.structLayout(MemoryLayout.sequenceLayout(ID_BYTES, JAVA_BYTE));
    private static final int SUCCESS = 0;
    private static final int IN_PROGRESS = 7;
    private static final int FLOAT32 = 7;
    private static final int SUM = 0;
    private static final long LONGEST_MESSAGE = 4096;
    private static final int TEN_THOUSAND = 10_000;
    private static final long WARM_UP_COUNT = 1L << 22;
    private static final long WARM_UP_FACTOR = 8;

    private final NativeLibrary library;
    private final MethodHandle initialize;
    private final MethodHandle allReduce;
    private final MethodHandle errorText;

    private Nccl(NativeLibrary library) {
        this.library = library;
        initialize = library.function("ncclCommInitRank", ADDRESS, JAVA_INT, ID, JAVA_INT);
        allReduce = library.function("ncclAllReduce", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG,
                JAVA_LONG);
        errorText = library.function("ncclGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    /// @throws CudaException if the library is missing, with the remedy
    public static Nccl load() {
        setDefault("NCCL_NVLS_ENABLE", "0");
        setDefault("NCCL_GRAPH_REGISTER", "0");
        setDefault("NCCL_RUNTIME_CONNECT", "0");
        try {
            return new Nccl(NativeLibrary.load("NCCL", "libnccl.so.2", "libnccl.so"));
        } catch (CudaException missing) {
            throw new CudaException(missing.getMessage() + "; several GPUs need NCCL: install it (package libnccl2, or"
                    + " nvidia-nccl-cu13 of pip) or add its folder to LD_LIBRARY_PATH", missing);
        }
    }

    /// Sets a variable of the process's own environment, where libraries read it, unless it is set.
    @SuppressWarnings("restricted")
    private static void setDefault(String name, String value) {
        Linker linker = Linker.nativeLinker();
        MemorySegment setenv = linker.defaultLookup().find("setenv").orElseThrow(() -> new CudaException(
                "this system has no setenv: set " + name + "=" + value + " before the start"));
        MethodHandle call = linker.downcallHandle(setenv, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int kept = 0; // does not overwrite
            NativeLibrary.call("setenv", call, arena.allocateFrom(name), arena.allocateFrom(value), kept);
        }
    }

    /// File name under which the library was found.
    public String file() {
        return library.name();
    }

    /// `2.27.7`. Versions before 2.9 have another notation, and are not supported.
    public String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            check("ncclGetVersion", NativeLibrary.call("ncclGetVersion", library.function("ncclGetVersion", ADDRESS),
                    version));
            int number = version.get(JAVA_INT, 0);
            return number / TEN_THOUSAND + "." + number % TEN_THOUSAND / 100 + "." + number % 100;
        }
    }

    /// A new id; rank 0 gives it to the others.
    public byte[] uniqueId() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(ID);
            check("ncclGetUniqueId", NativeLibrary.call("ncclGetUniqueId",
                    library.function("ncclGetUniqueId", ADDRESS), id));
            return id.toArray(JAVA_BYTE);
        }
    }

    /// Opens a rank's end of a communicator, for the GPU whose context is current. Waits for all ranks, which call this
    /// at the same time from different threads or processes.
    ///
    /// @param id of rank 0
    public Group open(int ranks, byte[] id, int rank) {
        if (id.length != ID_BYTES) {
            throw new IllegalArgumentException("an id of NCCL has " + ID_BYTES + " bytes, not " + id.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ADDRESS);
            MemorySegment value = arena.allocate(ID).copyFrom(MemorySegment.ofArray(id));
            check("ncclCommInitRank", NativeLibrary.call("ncclCommInitRank", initialize, handle, ranks, value, rank));
            return new Group(handle.get(JAVA_LONG, 0), rank, ranks);
        }
    }

    /// One rank's end of a communicator. Its memory is NCCL's own, not part of the arena.
    public final class Group implements AutoCloseable {
        private final long handle;
        private final int rank;
        private final int ranks;
        private boolean ended;

        private Group(long handle, int rank, int ranks) {
            this.handle = handle;
            this.rank = rank;
            this.ranks = ranks;
        }

        public int ranks() {
            return ranks;
        }

        /// Sums of all sizes, so that NCCL prepares nothing later, while a graph is captured. Called by all ranks.
        ///
        /// @param device of this rank
        public void warmUp(Device device, Stream stream) {
            long bytes = WARM_UP_COUNT * Float.BYTES;
            long buffer = device.allocate(bytes).orElseThrow(() -> new CudaException("NCCL needs " + bytes
                    + " bytes on " + device.name() + " before the first step, but they are not free"));
            try {
                stream.fill(buffer, (byte) 0, bytes);
                for (long count = 1; count <= WARM_UP_COUNT; count *= WARM_UP_FACTOR) {
                    sum(buffer, count, stream.handle());
                }
                stream.synchronize();
            } finally {
                device.free(buffer);
            }
        }

        /// Enqueues a sum over all ranks, in place; may be captured.
        ///
        /// @param address of fp32 elements in device memory
        /// @param stream  handle of the stream
        public void sum(long address, long count, long stream) {
            check("ncclAllReduce of " + count + " floats on rank " + rank, NativeLibrary.call("ncclAllReduce",
                    allReduce, address, address, count, FLOAT32, SUM, handle, stream));
        }

        /// @throws CudaException if a connection or another rank has failed since
        public void requireHealthy() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment error = arena.allocate(JAVA_INT);
                check("ncclCommGetAsyncError", NativeLibrary.call("ncclCommGetAsyncError",
                        library.function("ncclCommGetAsyncError", JAVA_LONG, ADDRESS), handle, error));
                check("communication of rank " + rank, error.get(JAVA_INT, 0));
            }
        }

        /// Ends pending collectives with an error, also those that wait for a lost rank. May be called by any thread.
        public synchronized void abort() {
            if (!ended) {
                ended = true;
                check("ncclCommAbort", NativeLibrary.call("ncclCommAbort", library.function("ncclCommAbort",
                        JAVA_LONG), handle));
            }
        }

        /// All graphs that contain its collectives must be closed before.
        @Override
        public synchronized void close() {
            if (!ended) {
                ended = true;
                check("ncclCommDestroy", NativeLibrary.call("ncclCommDestroy", library.function("ncclCommDestroy",
                        JAVA_LONG), handle));
            }
        }
    }

    private void check(String what, int code) {
        if (code != SUCCESS && code != IN_PROGRESS) {
            throw new CudaException(what + " failed: NCCL's error " + code + ", " + text(code)
                    + "; NCCL_DEBUG=INFO shows more");
        }
    }

    @SuppressWarnings("restricted")
    private String text(int code) {
        try {
            MemorySegment text = (MemorySegment) errorText.invokeExact(code);
            return text.address() == 0 ? "unknown" : text.reinterpret(LONGEST_MESSAGE).getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new CudaException("ncclGetErrorString could not be called", e);
        }
    }
}
