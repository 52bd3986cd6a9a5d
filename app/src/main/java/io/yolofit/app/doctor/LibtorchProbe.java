package io.yolofit.app.doctor;

import io.yolofit.base.NativeBundle;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Loads libtorch, the backend of the CPU engine, and sums a small tensor with it.
public final class LibtorchProbe implements EngineProbe {
    private static final String SUBJECT = "CPU engine";
    private static final long SIDE = 16;

    @Override
    public Check probe() {
        if (!NativeBundle.PYTORCH.isOnClassPath()) {
            return Check.warn(SUBJECT, "this program does not contain libtorch: it runs on GPUs only",
                    "without a usable GPU, use the package for CPUs");
        }
        try {
            NativeBundle.PYTORCH.load();
            try (Tensor ones = torch.ones(SIDE, SIDE); Tensor sum = ones.sum()) {
                double total = sum.item_double();
                if (total != SIDE * SIDE) {
                    return Check.fail(SUBJECT, "libtorch computes the sum of " + SIDE * SIDE + " ones as " + total,
                            "test the memory and the processor of this machine");
                }
            }
            try (Engine engine = new CpuEngine(0)) {
                return Check.ok(SUBJECT, engine.description() + ", " + torch.get_cpu_capability().getString()
                        + " kernels");
            }
        } catch (LinkageError | RuntimeException failure) {
            return Check.fail(SUBJECT, "libtorch does not load: " + failure,
                    "this build contains libraries for one platform only; use the build for "
                            + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                            + ", and make sure that the JavaCPP cache folder (~/.javacpp) is writable and not mounted "
                            + "noexec");
        }
    }
}
