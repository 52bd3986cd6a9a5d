package io.yolofit.app.training;

import io.yolofit.app.report.RunMemory;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.DeviceMemoryReport;
import java.util.Optional;

/// Measured GPU memory of a run.
final class DeviceMemory {
    private DeviceMemory() {}

    static boolean isOn(Engine engine) {
        return engine instanceof CudaEngine;
    }

    /// Empty on the CPU.
    static Optional<RunMemory.Device> of(Engine engine) {
        if (!(engine instanceof CudaEngine gpu)) {
            return Optional.empty();
        }
        DeviceMemoryReport now = gpu.memory();
        long before = now.total() - now.freeAtStart();
        return Optional.of(new RunMemory.Device(gpu.description(), now.arenaBytes(), now.contextBytes(), before,
                before + now.arenaBytes() + now.contextBytes(), now.total()));
    }
}
