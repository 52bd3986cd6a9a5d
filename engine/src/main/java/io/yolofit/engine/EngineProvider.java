package io.yolofit.engine;

import io.yolofit.graph.DType;
import java.util.Optional;

/// Opens the engine of an artifact. Each engine is an artifact that registers its provider as a service of
/// [java.util.ServiceLoader]; [EngineProviders] finds those on the class path.
///
/// Loading a provider loads no native library.
public interface EngineProvider {
    /// `cpu` or `cuda`.
    String name();

    /// The reason why this engine cannot be opened on this machine; empty if it can.
    Optional<String> whyNot();

    /// The element type of mixed precision on this machine, as of [Engine#mixedPrecision()].
    DType mixedPrecision();

    /// Opens an engine. It belongs to the calling thread.
    ///
    /// @throws EngineException if there is no such device, or a library is missing
    /// @throws DeviceException if the driver or a library of the device fails
    Engine open(EngineSettings settings);
}
