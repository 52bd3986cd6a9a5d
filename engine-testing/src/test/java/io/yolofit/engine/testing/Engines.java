package io.yolofit.engine.testing;

import io.yolofit.engine.Devices;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.CudaOptions;
import io.yolofit.engine.cuda.GpuSearch;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.Nvml;
import io.yolofit.engine.cuda.nccl.GpuRank;
import io.yolofit.graph.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.provider.Arguments;

/// The engines that a test class runs on: those of `-Dyolofit.engines=cpu,cuda`, by default the CPU and, where a device
/// is present, CUDA. A test of a requested engine without a device is skipped with a message that names the missing
/// device.
///
/// Classes of libtorch are loaded when the CPU engine is opened, not before: a GPU host needs no libtorch.
public final class Engines {
    public static final String CPU = "cpu";
    public static final String CUDA = "cuda";

    /// Tests use hundreds of shapes; their convolutions are not autotuned.
    private static final CudaOptions OPTIONS = CudaOptions.DEFAULT.withCandidates(2);
    private static final String CACHE_PROPERTY = "yolofit.engines.cache";
    private static final int THREADS = 2;

    private Engines() {
    }

    public static List<String> list() {
        String asked = System.getProperty("yolofit.engines", "").strip();
        if (asked.isEmpty()) {
            return Found.DEVICES.usable().isEmpty() ? List.of(CPU) : List.of(CPU, CUDA);
        }
        List<String> names = Stream.of(asked.split(",")).map(String::strip).toList();
        if (!List.of(CPU, CUDA).containsAll(names)) {
            throw new IllegalArgumentException("-Dyolofit.engines=" + asked + ": the engines are " + CPU + " and "
                    + CUDA);
        }
        return names;
    }

    /// For `@MethodSource`.
    public static Stream<String> names() {
        return list().stream();
    }

    /// Each engine with each of its activation types.
    public static Stream<Arguments> precisions() {
        return names().flatMap(engine -> types(engine).stream().map(type -> Arguments.of(engine, type)));
    }

    /// Each engine with each of its half-precision activation types.
    public static Stream<Arguments> halfPrecisions() {
        return names().flatMap(engine -> types(engine).stream().filter(type -> type != DType.F32)
                .map(type -> Arguments.of(engine, type)));
    }

    /// Each engine with each of these values.
    public static Stream<Arguments> with(Object... values) {
        return names().flatMap(engine -> Stream.of(values).map(value -> Arguments.of(engine, value)));
    }

    /// Activation types of an engine.
    public static List<DType> types(String engine) {
        return engine.equals(CUDA) ? List.of(DType.F32, DType.F16, DType.BF16) : List.of(DType.F32, DType.BF16);
    }

    /// Opens an engine for one test; the test is skipped if its device is missing.
    public static Engine open(String engine) {
        return open(engine, THREADS);
    }

    /// @param threads of the CPU engine; 0 means all processors
    public static Engine open(String engine, int threads) {
        return engine.equals(CUDA) ? cuda() : new CpuEngine(threads);
    }

    /// Opens a CUDA engine, for tests of CUDA only; the test is skipped if there is no device.
    public static CudaEngine cuda() {
        return cuda(OPTIONS);
    }

    /// Like [#cuda()], with our own kernels for every convolution that they support, even where cuDNN is faster.
    public static CudaEngine cudaWithOwnConvolutions() {
        return cuda(CudaOptions.DEFAULT.withCandidates(Convolutions.OWN));
    }

    /// Like [#cuda()], with other options.
    public static CudaEngine cuda(UnaryOperator<CudaOptions> change) {
        return cuda(change.apply(OPTIONS));
    }

    private static CudaEngine cuda(CudaOptions options) {
        Assumptions.assumeTrue(list().contains(CUDA) || Found.DEVICES.usable().isEmpty(),
                "-Dyolofit.engines leaves CUDA out");
        Assumptions.assumeFalse(Found.DEVICES.usable().isEmpty(),
                () -> "no CUDA device: " + Found.DEVICES.whyNot());
        return CudaEngine.open(Held.CONTEXT.device(), Found.CACHE, options);
    }

    /// Opens the GPU of a rank, whose number is that of the rank.
    public static CudaEngine cudaOfRank(GpuRank rank) {
        return CudaEngine.open(rank.rank(), Found.CACHE, OPTIONS, rank);
    }

    /// Skips the test unless there are this many CUDA devices and CUDA is tested.
    public static void assumeGpus(int count) {
        Assumptions.assumeTrue(list().contains(CUDA) || Found.DEVICES.usable().isEmpty(),
                "-Dyolofit.engines leaves CUDA out");
        Assumptions.assumeTrue(Found.DEVICES.usable().size() >= count, () -> "no " + count + " CUDA devices, but "
                + Found.DEVICES.usable().size());
    }

    /// Skips the test unless the CPU engine is tested.
    public static void assumeCpu() {
        Assumptions.assumeTrue(list().contains(CPU), "-Dyolofit.engines leaves the CPU out");
    }

    /// Skips the test unless the driver's monitoring can measure the memory of the device.
    public static void assumeMeasurableMemory() {
        try {
            Nvml.load();
        } catch (CudaException e) {
            Assumptions.abort("the memory of the CUDA device cannot be measured: " + e.getMessage());
        }
    }

    /// JVM option for another process to use the caches of this one, and so the same convolution algorithms. Without
    /// it the results of that process may differ in the last bits.
    public static String cacheOption() {
        return "-D" + CACHE_PROPERTY + "=" + Found.CACHE;
    }

    /// Values that are computed once.
    private static final class Found {
        private static final Devices DEVICES = GpuSearch.find();
        /// Compiled kernels and the tuning cache, shared by all tests of this JVM and the processes that it starts.
        private static final Path CACHE = cacheFolder();

        private static Path cacheFolder() {
            String given = System.getProperty(CACHE_PROPERTY, "");
            if (!given.isEmpty()) {
                return Path.of(given);
            }
            try {
                return Files.createTempDirectory("yolofit-test-cache");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// An engine that stays open, so that the context of the device is created only once.
    ///
    /// @param device index of the device
    private record Held(int device, CudaEngine engine) {
        private static final Held CONTEXT = new Held(0, CudaEngine.open(0, Found.CACHE, OPTIONS));
    }
}
