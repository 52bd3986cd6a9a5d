package io.yolofit.bench;

import io.yolofit.base.file.CacheFolder;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.CudaOptions;
import io.yolofit.graph.plan.WorkspaceModel;

/// Engines by the names in the benchmarks' arguments: `cpu` and `cuda`.
final class Engines {
    static final String CPU = "cpu";
    static final String CUDA = "cuda";

    private Engines() {
    }

    static Engine open(String name) {
        return switch (name) {
            case CPU -> new CpuEngine(0);
            case CUDA -> cuda();
            default -> throw new IllegalArgumentException("no engine '" + name + "'; there are " + CPU + " and "
                    + CUDA);
        };
    }

    static CudaEngine cuda() {
        return cuda(false);
    }

    /// @param tf32 whether convolutions in f32 may use TF32
    static CudaEngine cuda(boolean tf32) {
        return cuda(tf32, CudaOptions.DEFAULT.overlap());
    }

    /// @param overlap of the schedule
    static CudaEngine cuda(boolean tf32, WorkspaceModel.Overlap overlap) {
        return CudaEngine.open(0, CacheFolder.path(), CudaOptions.DEFAULT.withTf32(tf32).withOverlap(overlap));
    }
}
