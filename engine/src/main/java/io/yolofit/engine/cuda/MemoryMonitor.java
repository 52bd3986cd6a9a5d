package io.yolofit.engine.cuda;

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

/// Who holds how much of a device: read before this process takes any of it, and again when asked.
final class MemoryMonitor {
    private static final int RUNS = 10;
    private static final double MEBI = 1 << 20;

    private final Optional<Nvml.Gpu> gpu;
    private final Optional<Device.Memory> before;

    private MemoryMonitor(Optional<Nvml.Gpu> gpu) {
        this.gpu = gpu;
        before = gpu.map(Nvml.Gpu::memory);
    }

    /// To be called before the device is opened.
    static MemoryMonitor before(Driver driver, int index) {
        try {
            return new MemoryMonitor(Optional.of(Nvml.load().gpu(Device.pciAddress(driver, index))));
        } catch (CudaException e) {
            return new MemoryMonitor(Optional.empty()); // what others hold is then not told apart: DeviceMemoryReport
        }
    }

    /// @throws OutOfDeviceMemoryException if so much is not free
    void require(Device device, long arenaBytes, long forAMoment) {
        long free = device.memory().free();
        if (Math.max(arenaBytes, forAMoment) > free) {
            throw outOfMemory(device, arenaBytes);
        }
    }

    OutOfDeviceMemoryException outOfMemory(Device device, long needed) {
        Device.Memory memory = device.memory();
        return new OutOfDeviceMemoryException(device.name() + " (device " + device.index() + ")", needed, memory.free(),
                memory.total(), holders());
    }

    /// `process 4711 (8192 MiB)`, for all other processes, and what this one holds already.
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

    /// @param arenaBytes taken by now
    DeviceMemoryReport report(Device device, long arenaBytes) {
        Device.Memory now = gpu.map(Nvml.Gpu::memory).orElseGet(device::memory);
        long usedBefore = before.map(Device.Memory::used).orElse(now.used() - arenaBytes);
        return new DeviceMemoryReport(arenaBytes, now.used() - usedBefore - arenaBytes, now.total() - usedBefore,
                now.total());
    }

    /// Bytes a second, read and written, of a large copy on the device.
    static double copyBandwidth(Device device, Stream stream, long bytes) {
        long memory = device.allocate(2 * bytes).orElseThrow(() -> new CudaException("measuring the bandwidth takes "
                + 2 * bytes + " bytes of the device, and they are not free"));
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
