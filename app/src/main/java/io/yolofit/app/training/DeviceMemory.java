package io.yolofit.app.training;

import io.yolofit.app.report.RunMemory;
import io.yolofit.engine.DeviceMemoryReport;
import io.yolofit.engine.Engine;
import io.yolofit.engine.GpuEngine;
import java.util.Optional;
import java.util.function.Supplier;

/// Measured GPU memory of a run.
final class DeviceMemory {
    private DeviceMemory() {}

    static boolean isOn(Engine engine) {
        return engine instanceof GpuEngine;
    }

    /// Reads the memory of the engine's device: a GPU, or the host. A run allocates nothing on a GPU after its first
    /// step, so what this process holds is measured once, at the first reading; the driver is asked for free memory
    /// only.
    static Supplier<MemoryReading> readings(Engine engine) {
        if (!(engine instanceof GpuEngine gpu)) {
            return ResidentMemory::reading;
        }
        long[] own = {-1};
        return () -> {
            DeviceMemoryReport now = gpu.memory();
            own[0] = own[0] < 0 ? now.processBytes() : own[0];
            return new MemoryReading(own[0], now.free(), now.total());
        };
    }

    /// Empty on the CPU.
    static Optional<RunMemory.Device> of(Engine engine) {
        if (!(engine instanceof GpuEngine gpu)) {
            return Optional.empty();
        }
        DeviceMemoryReport now = gpu.memory();
        long before = now.total() - now.freeAtStart();
        return Optional.of(new RunMemory.Device(gpu.description(), now.arenaBytes(),
                now.contextBytes() - gpu.linkBytes(), gpu.linkBytes(), before,
                before + now.processBytes(), now.total()));
    }
}
