package io.yolofit.train.plan;

import java.util.OptionalLong;

/// Memory of a device, and what a process needs of it in addition to its arena. All sizes are bytes.
///
/// @param total     of the device; empty if unknown
/// @param free      for this process, including what it holds already; empty if unknown
/// @param context   driver context, libraries and their loaded modules
/// @param perKernel of a CUDA graph, for each kernel
/// @param measured  whether the context was measured on the device; the modules are loaded later and are an estimate
public record DeviceMemory(OptionalLong total, OptionalLong free, long context, long perKernel, boolean measured) {
    /// Context and cuDNN handles on an H200, driver 580, cuDNN 9.19.
    private static final long OPENED = 544L << 20;
    /// Modules of cuDNN and of our kernels, if the autotuner loads the kernels of its candidates too. Fitted, like the
    /// other figures here, to the runs of docs/results/prediction.md.
    private static final long MODULES = 45L << 20;
    /// The same if the tuning cache names the fastest algorithms already.
    private static final long TUNED_MODULES = 34L << 20;
    /// Bytes of a CUDA graph for each of its kernels.
    private static final long PER_KERNEL = 4L << 10;
    /// The largest error of these estimates in [#context()], which memory limits leave free.
    public static final long UNCERTAINTY = 16L << 20;

    /// A GPU that is not present. Its first run is planned, which tunes the convolutions.
    public static final DeviceMemory ABSENT_GPU = new DeviceMemory(OptionalLong.empty(), OptionalLong.empty(),
            OPENED + MODULES, PER_KERNEL, false);
    /// Host memory: tensors are allocated one by one, next to Java and its libraries.
    public static final DeviceMemory HOST = new DeviceMemory(OptionalLong.empty(), OptionalLong.empty(), 0, 0, false);

    /// A present GPU. Modules are loaded after the measurement, so their estimate is added to it.
    ///
    /// @param total  of the device
    /// @param free   before this process opened the device
    /// @param opened that this process holds before its first program is compiled; 0 if unknown
    /// @param tuned  whether convolutions were tuned on this device before
    public static DeviceMemory present(long total, long free, long opened, boolean tuned) {
        return new DeviceMemory(OptionalLong.of(total), OptionalLong.of(free), (opened > 0 ? opened : OPENED)
                + (tuned ? TUNED_MODULES : MODULES), PER_KERNEL, opened > 0);
    }

    /// Host memory of a machine: what is free is shared with Java, its libraries and the loader.
    public static DeviceMemory host(long total, long free) {
        return new DeviceMemory(OptionalLong.of(total), OptionalLong.of(free), 0, 0, false);
    }

    /// Whether it is host memory.
    public boolean isHost() {
        return context == 0;
    }

    /// The same device with another amount of free memory, and a context that was measured with its modules.
    ///
    /// @param held outside the arena; 0 if unknown
    public DeviceMemory remeasured(long bytes, long held) {
        return new DeviceMemory(total, OptionalLong.of(bytes), held > 0 ? held : context, perKernel,
                measured || held > 0);
    }

    /// Bytes that a limit of the process's memory leaves free, because part of it is an estimate; 0 on the CPU.
    public long uncertainty() {
        return isHost() ? 0 : UNCERTAINTY;
    }
}
