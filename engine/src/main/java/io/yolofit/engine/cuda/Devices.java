package io.yolofit.engine.cuda;

import java.util.List;

/// The GPUs of this machine that can be used, and why there are none.
///
/// @param usable    GPUs with everything they need
/// @param whyNot    why none is usable; empty if one is
/// @param libraries what was looked for, one finding each: driver, cuDNN, NVRTC, NVML
public record Devices(List<GpuInfo> usable, String whyNot, List<Finding> libraries) {
    /// One library or the driver.
    ///
    /// @param subject `driver`, `cuDNN`, `NVRTC`, `NVML`
    /// @param found   whether it can be used
    /// @param text    its version, or why not and where it was looked for
    public record Finding(String subject, boolean found, String text) {
    }

    public Devices {
        usable = List.copyOf(usable);
        libraries = List.copyOf(libraries);
    }

    /// Looks; never throws.
    public static Devices find() {
        return new Devices(List.of(), "no CUDA engine in this build", List.of());
    }
}
