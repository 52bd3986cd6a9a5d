package io.yolofit.engine.cuda;

import io.yolofit.engine.DeviceMemoryReport;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Driver;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Nvml;
import io.yolofit.engine.cuda.driver.Stream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Memory use of a device by process. Measured before this process allocates on the device, and again for each report.
final class MemoryMonitor {
    private static final int RUNS = 10;
    private static final double MEBI = 1 << 20;

    private final Optional<Nvml.Gpu> gpu;
    private final Optional<Device.Memory> before;

    private MemoryMonitor(Optional<Nvml.Gpu> gpu) {
        this.gpu = gpu;
        before = gpu.map(Nvml.Gpu::memory);
    }

    /// Measures the memory in use; call it before the device is opened.
    static MemoryMonitor before(Driver driver, int index) {
        try {
            return new MemoryMonitor(Optional.of(Nvml.load().gpu(Device.pciAddress(driver, index))));
        } catch (CudaException e) {
            return new MemoryMonitor(Optional.empty()); // no figures by process: DeviceMemoryReport says what follows
        }
    }

    /// @param temporaryBytes of the allocation for tuning, which is freed before the arena is allocated
    /// @throws OutOfDeviceMemoryException if either allocation is larger than the free memory
    void require(Device device, long arenaBytes, long temporaryBytes) {
        long free = device.memory().free();
        if (Math.max(arenaBytes, temporaryBytes) > free) {
            throw outOfMemory(device, arenaBytes);
        }
    }

    /// @param limit of the arena, the context and the modules that are loaded now
    /// @throws OutOfDeviceMemoryException if the arena exceeds it
    void requireWithin(Device device, long arenaBytes, long limit) {
        long held = Math.max(0, report(device, 0).contextBytes()); // below 0 if other processes freed memory
        if (arenaBytes > limit - held) {
            throw OutOfDeviceMemoryException.limited(device.name() + " (device " + device.index() + ")", arenaBytes,
                    held, limit, device.memory().total());
        }
    }

    OutOfDeviceMemoryException outOfMemory(Device device, long needed) {
        Device.Memory memory = device.memory();
        return new OutOfDeviceMemoryException(device.name() + " (device " + device.index() + ")", needed, memory.free(),
                memory.total(), holders());
    }

    /// `process 4711 (8192 MiB)` for each other process, and the memory that this process already holds.
    private String holders() {
        long self = ProcessHandle.current().pid();
        List<Nvml.Process> processes = gpu.map(Nvml.Gpu::processes).orElse(List.of());
        return processes.stream().map(process -> (process.id() == self ? "this process' context and libraries"
                : "process " + process.id() + command(process.id())) + (process.bytes() < 0 ? ""
                : " (%.0f MiB)".formatted(process.bytes() / MEBI))).collect(Collectors.joining(", "));
    }

    private static String command(long process) {
        return ProcessHandle.of(process).flatMap(handle -> handle.info().command()).map(name -> ", " + name).orElse("");
    }

    /// @param arenaBytes size of the allocated arena; 0 before [CudaEngine#reserve(List)]
    DeviceMemoryReport report(Device device, long arenaBytes) {
        Device.Memory now = gpu.map(Nvml.Gpu::memory).orElseGet(device::memory);
        long usedBefore = before.map(Device.Memory::used).orElse(now.used() - arenaBytes);
        return new DeviceMemoryReport(arenaBytes, now.used() - usedBefore - arenaBytes, now.total() - usedBefore,
                now.total());
    }

    /// Bandwidth of a large device-to-device copy in bytes per second, reads plus writes.
    static double copyBandwidth(Device device, Stream stream, long bytes) {
        long memory = device.allocate(2 * bytes).orElseThrow(() -> new CudaException("measuring the bandwidth needs "
                + 2 * bytes + " bytes of device memory, but they are not free"));
        try (Event start = device.event(); Event end = device.event()) {
            stream.fill(memory, (byte) 1, 2 * bytes);
            stream.copy(memory + bytes, memory, bytes);
            start.record(stream);
            for (int i = 0; i < RUNS; i++) {
                stream.copy(memory + bytes, memory, bytes);
            }
            end.record(stream);
            end.synchronize();
            return 2.0 * bytes * RUNS / (end.millisecondsSince(start) / 1e3);
        } finally {
            device.free(memory);
        }
    }
}
