package io.yolofit.engine.testing;

import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.Devices;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.graph.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.provider.Arguments;

/// The engines that a test class runs on, one after the other: those of `-Dyolofit.engines=cpu,cuda`, or without it
/// the CPU and, where there is a device, CUDA. A test of an engine that was asked for and has no device is skipped, and
/// says which device is missing.
///
/// Classes of libtorch are loaded once the CPU engine is opened, and not before: where CUDA is tested, libtorch need
/// not be there.
public final class Engines {
    public static final String CPU = "cpu";
    public static final String CUDA = "cuda";

    /// Tests meet hundreds of shapes, and nobody waits for their convolutions.
    private static final int TRIED = 2;
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

    /// Each engine with each type that activations have on it.
    public static Stream<Arguments> precisions() {
        return names().flatMap(engine -> types(engine).stream().map(type -> Arguments.of(engine, type)));
    }

    /// Each engine with each half-precision type that activations have on it.
    public static Stream<Arguments> halfPrecisions() {
        return names().flatMap(engine -> types(engine).stream().filter(type -> type != DType.F32)
                .map(type -> Arguments.of(engine, type)));
    }

    /// Each engine with each of these values.
    public static Stream<Arguments> with(Object... values) {
        return names().flatMap(engine -> Stream.of(values).map(value -> Arguments.of(engine, value)));
    }

    /// Types of activations on an engine.
    public static List<DType> types(String engine) {
        return engine.equals(CUDA) ? List.of(DType.F32, DType.F16, DType.BF16) : List.of(DType.F32, DType.BF16);
    }

    /// An engine of a test's own; the test is skipped where there is no device for it.
    public static Engine open(String engine) {
        return open(engine, THREADS);
    }

    /// @param threads for the CPU; 0 for all processors
    public static Engine open(String engine, int threads) {
        return engine.equals(CUDA) ? cuda() : new CpuEngine(threads);
    }

    /// A CUDA engine of a test's own, for what only CUDA has; the test is skipped where there is no device.
    public static CudaEngine cuda() {
        return cuda(TRIED);
    }

    /// The same with our own kernels for every convolution that they serve, whether they are the fastest or not.
    public static CudaEngine cudaWithOwnConvolutions() {
        return cuda(Convolutions.OWN);
    }

    private static CudaEngine cuda(int tried) {
        Assumptions.assumeTrue(list().contains(CUDA) || Found.DEVICES.usable().isEmpty(),
                "-Dyolofit.engines leaves CUDA out");
        Assumptions.assumeFalse(Found.DEVICES.usable().isEmpty(),
                () -> "no CUDA device: " + Found.DEVICES.whyNot());
        return CudaEngine.open(Held.CONTEXT.device(), Found.CACHE, tried);
    }

    /// For tests of the CPU engine alone that stand among others.
    public static void assumeCpu() {
        Assumptions.assumeTrue(list().contains(CPU), "-Dyolofit.engines leaves the CPU out");
    }

    /// What is looked up once.
    private static final class Found {
        private static final Devices DEVICES = Devices.find();
        /// Compiled kernels and chosen convolutions, shared by all tests of this Java machine.
        private static final Path CACHE = cacheFolder();

        private static Path cacheFolder() {
            try {
                return Files.createTempDirectory("yolofit-test-cache");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// An engine that stays open, so that the device's context is not made again for each test's own.
    ///
    /// @param device its number
    private record Held(int device, CudaEngine engine) {
        private static final Held CONTEXT = new Held(0, CudaEngine.open(0, Found.CACHE, TRIED));
    }
}
