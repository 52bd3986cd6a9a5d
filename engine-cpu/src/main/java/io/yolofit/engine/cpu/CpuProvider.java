package io.yolofit.engine.cpu;

import io.yolofit.base.NativeBundle;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineProvider;
import io.yolofit.engine.EngineSettings;
import io.yolofit.engine.cpu.host.CpuFeatures;
import io.yolofit.graph.DType;
import java.util.Optional;

/// Opens the CPU engine for programs that find it on their class path.
public final class CpuProvider implements EngineProvider {
    /// For [java.util.ServiceLoader].
    public CpuProvider() {
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public Optional<String> whyNot() {
        return NativeBundle.PYTORCH.isOnClassPath() ? Optional.empty() : Optional.of(CpuEngine.NO_LIBTORCH);
    }

    @Override
    public DType mixedPrecision() {
        return CpuFeatures.computeInBf16() ? DType.BF16 : DType.F32;
    }

    @Override
    public Engine open(EngineSettings settings) {
        return new CpuEngine(settings.threads(), settings.group());
    }
}
