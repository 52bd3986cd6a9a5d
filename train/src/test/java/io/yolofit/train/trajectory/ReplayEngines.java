package io.yolofit.train.trajectory;

import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.Devices;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The engines that trajectories are replayed on: those of `-Dyolofit.engines=cpu,cuda`, or without it the CPU and,
/// where there is a device, CUDA.
final class ReplayEngines {
    private static final String CUDA = "cuda";
    /// Fixed, so that rounding does not depend on the machine's cores. With two, AdamW assigns an anchor to another
    /// object in iteration 38, and from there on the losses use .87 of their tolerance. With one they use .2, but the
    /// replay takes three times as long.
    private static final int CPU_THREADS = 2;

    private ReplayEngines() {
    }

    static List<String> names() {
        String asked = System.getProperty("yolofit.engines", "").strip();
        if (!asked.isEmpty()) {
            return Stream.of(asked.split(",")).map(String::strip).toList();
        }
        return Devices.find().usable().isEmpty() ? List.of("cpu") : List.of("cpu", CUDA);
    }

    /// The test is skipped where there is no device for the engine.
    ///
    /// @param cache folder for compiled kernels
    static Engine open(String engine, Path cache) {
        return engine.equals(CUDA) ? cuda(cache) : new CpuEngine(CPU_THREADS);
    }

    private static CudaEngine cuda(Path cache) {
        Devices devices = Devices.find();
        Assumptions.assumeFalse(devices.usable().isEmpty(), () -> "no CUDA device: " + devices.whyNot());
        return CudaEngine.open(0, cache);
    }
}
