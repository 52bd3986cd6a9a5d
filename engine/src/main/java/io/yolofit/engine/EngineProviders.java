package io.yolofit.engine;

import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// The engines on the class path.
public final class EngineProviders {
    private static final String CPU = "cpu";

    private EngineProviders() {
    }

    /// The provider of the CPU engine.
    ///
    /// @throws EngineException.NotOnClassPath if its artifact is missing
    public static EngineProvider cpu() {
        return all().filter(provider -> provider.name().equals(CPU)).findFirst()
                .orElseThrow(() -> new EngineException.NotOnClassPath("CPU", "io.yolofit:engine-cpu"));
    }

    /// The provider of the engine for GPUs.
    ///
    /// @throws EngineException.NotOnClassPath if its artifact is missing
    public static GpuProvider gpu() {
        return findGpu().orElseThrow(EngineProviders::noGpuEngine);
    }

    /// The GPUs of this machine, or the reason why none is usable; never throws.
    public static Devices devices() {
        return findGpu().map(GpuProvider::devices).orElseGet(() -> Devices.none(noGpuEngine().getMessage()));
    }

    private static Optional<GpuProvider> findGpu() {
        return all().filter(GpuProvider.class::isInstance).map(GpuProvider.class::cast).findFirst();
    }

    private static EngineException.NotOnClassPath noGpuEngine() {
        return new EngineException.NotOnClassPath("CUDA", "io.yolofit:engine-cuda");
    }

    /// The loader of this class sees the engines of a program, whatever the loader of the calling thread is.
    private static Stream<EngineProvider> all() {
        return ServiceLoader.load(EngineProvider.class, EngineProviders.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get);
    }
}
