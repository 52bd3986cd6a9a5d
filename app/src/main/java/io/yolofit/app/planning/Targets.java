package io.yolofit.app.planning;

import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuFeatures;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.DeviceMemoryReport;
import io.yolofit.graph.DType;
import io.yolofit.train.plan.DeviceMemory;
import io.yolofit.train.plan.Target;

/// The devices that runs are planned for.
public final class Targets {
    private Targets() {}

    /// The device of an open engine, with its memory measured.
    public static Target of(Engine engine) {
        Target target = Target.of(engine);
        if (!(engine instanceof CudaEngine gpu)) {
            return target;
        }
        DeviceMemoryReport memory = gpu.memory();
        return target.with(DeviceMemory.present(memory.total(), memory.freeAtStart(), memory.contextBytes()));
    }

    /// A GPU that is not present; no library of it is needed.
    public static Target absentGpu() {
        return Target.gpu(CudaEngine.workspaceModel());
    }

    /// The CPU of this machine; no native library is needed.
    public static Target cpu() {
        return Target.cpu(CpuFeatures.computeInBf16() ? DType.BF16 : DType.F32);
    }
}
