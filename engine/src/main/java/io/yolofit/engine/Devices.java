package io.yolofit.engine;

import java.util.List;

/// The usable GPUs of this machine, or the reason why there is none.
///
/// @param usable    GPUs of sufficient compute capability, on a machine with all required libraries
/// @param whyNot    the reason why no GPU is usable; empty if one is
/// @param libraries one finding for each of driver, cuDNN, NVRTC, NVML
public record Devices(List<GpuInfo> usable, String whyNot, List<Finding> libraries) {
    /// The result of the search for the driver or for one library.
    ///
    /// @param subject `driver`, `cuDNN`, `NVRTC`, `NVML`
    /// @param found   whether it was found and is usable
    /// @param text    its version, or the reason and the places that were searched
    public record Finding(String subject, boolean found, String text) {
    }

    public Devices {
        usable = List.copyOf(usable);
        libraries = List.copyOf(libraries);
    }

    /// No GPU.
    ///
    /// @param whyNot the reason
    public static Devices none(String whyNot) {
        return new Devices(List.of(), whyNot, List.of());
    }
}
