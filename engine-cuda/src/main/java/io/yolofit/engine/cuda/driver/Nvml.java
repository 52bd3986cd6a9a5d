package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// NVML, the driver's monitoring library: memory, utilization and processes of a device, without a context on it.
public final class Nvml {
    private static final int SUCCESS = 0;
    private static final int TEXT_LENGTH = 256;
    private static final int MOST_PROCESSES = 64;
    private static final int MOST_LINKS = 18;
    private static final long PROCESS_BYTES = 24;
    private static final long PROCESS_MEMORY = 8;
    private static final long UNKNOWN = -1;

    private final NativeLibrary library;

    private Nvml(NativeLibrary library) {
        this.library = library;
        check("nvmlInit_v2", call("nvmlInit_v2"));
    }

    /// @throws CudaException if the library is missing
    public static Nvml load() {
        return new Nvml(NativeLibrary.load("NVML (the driver's monitoring library)", "libnvidia-ml.so.1"));
    }

    /// Version of the driver: `580.159.04`.
    public String driverVersion() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(TEXT_LENGTH);
            check("nvmlSystemGetDriverVersion", call("nvmlSystemGetDriverVersion", text, TEXT_LENGTH));
            return text.getString(0);
        }
    }

    /// A device.
    ///
    /// @param pciAddress of [Device#pciAddress(Driver, int)]
    public Gpu gpu(String pciAddress) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ADDRESS);
            check("nvmlDeviceGetHandleByPciBusId_v2 of " + pciAddress, call("nvmlDeviceGetHandleByPciBusId_v2",
                    arena.allocateFrom(pciAddress), handle));
            return new Gpu(handle.get(JAVA_LONG, 0));
        }
    }

    /// A process on a device.
    ///
    /// @param bytes of device memory that the process holds; -1 if the driver does not report them
    public record Process(long id, long bytes) {
    }

    /// NVML's handle of one device.
    public final class Gpu {
        private final long handle;

        private Gpu(long handle) {
            this.handle = handle;
        }

        /// Free and total bytes of the device; the used bytes are those of all processes.
        public Device.Memory memory() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(JAVA_LONG, 3);
                check("nvmlDeviceGetMemoryInfo", call("nvmlDeviceGetMemoryInfo", handle, memory));
                return new Device.Memory(memory.getAtIndex(JAVA_LONG, 1), memory.getAtIndex(JAVA_LONG, 0));
            }
        }

        /// Utilization: percent of the last sample period (up to a second) in which a kernel ran.
        public int load() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment rates = arena.allocate(JAVA_INT, 2);
                check("nvmlDeviceGetUtilizationRates", call("nvmlDeviceGetUtilizationRates", handle, rates));
                return rates.get(JAVA_INT, 0);
            }
        }

        /// Number of NVLink connections that are active; 0 on a GPU without them.
        public int links() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment active = arena.allocate(JAVA_INT);
                int links = 0;
                for (int link = 0; link < MOST_LINKS; link++) {
                    if (call("nvmlDeviceGetNvLinkState", handle, link, active) == SUCCESS) {
                        links += active.get(JAVA_INT, 0);
                    } // another code: the GPU has no such link
                }
                return links;
            }
        }

        /// The compute processes on the device.
        public List<Process> processes() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment count = arena.allocateFrom(JAVA_INT, MOST_PROCESSES);
                MemorySegment infos = arena.allocate(MOST_PROCESSES * PROCESS_BYTES, Long.BYTES);
                check("nvmlDeviceGetComputeRunningProcesses_v3", call("nvmlDeviceGetComputeRunningProcesses_v3",
                        handle, count, infos));
                List<Process> processes = new ArrayList<>();
                for (int i = 0; i < count.get(JAVA_INT, 0); i++) {
                    long bytes = infos.get(JAVA_LONG, i * PROCESS_BYTES + PROCESS_MEMORY);
                    processes.add(new Process(infos.get(JAVA_INT, i * PROCESS_BYTES), bytes < 0 ? UNKNOWN : bytes));
                }
                return processes;
            }
        }
    }

    private int call(String name, Object... arguments) {
        return NativeLibrary.call(name, library.function(name, Driver.layouts(arguments)), arguments);
    }

    private static void check(String what, int code) {
        if (code != SUCCESS) {
            throw new CudaException(what + " failed: NVML's error " + code);
        }
    }
}
