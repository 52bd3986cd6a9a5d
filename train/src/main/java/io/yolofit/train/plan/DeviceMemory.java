package io.yolofit.train.plan;

import java.util.OptionalLong;

/// Memory of a device, and what a process needs of it in addition to its arena. All sizes are bytes.
///
/// @param total     of the device; empty if unknown
/// @param free      for this process, including what it holds already; empty if unknown
/// @param context   driver context, libraries and their loaded modules
/// @param perKernel of a CUDA graph, for each kernel
/// @param measured  whether `context` was measured on the device
public record DeviceMemory(OptionalLong total, OptionalLong free, long context, long perKernel, boolean measured) {
    /// Context, cuDNN and modules of a run on an H200, driver 580, cuDNN 9.19.
    private static final long CONTEXT = 540L << 20;
    /// Bytes of a CUDA graph for each of its kernels, likewise.
    private static final long PER_KERNEL = 32L << 10;

    /// A GPU that is not present.
    public static final DeviceMemory ABSENT_GPU = new DeviceMemory(OptionalLong.empty(), OptionalLong.empty(), CONTEXT,
            PER_KERNEL, false);
    /// Host memory: tensors are allocated one by one, next to Java and its libraries.
    public static final DeviceMemory HOST = new DeviceMemory(OptionalLong.empty(), OptionalLong.empty(), 0, 0, false);

    /// A present GPU. Modules are loaded after the measurement, so the estimate of an absent GPU is the least.
    ///
    /// @param total   of the device
    /// @param free    before this process opened the device
    /// @param context that this process holds before its first program is compiled; 0 if unknown
    public static DeviceMemory present(long total, long free, long context) {
        return new DeviceMemory(OptionalLong.of(total), OptionalLong.of(free), Math.max(context, CONTEXT), PER_KERNEL,
                context > CONTEXT);
    }

    /// The same device with another amount of free memory.
    public DeviceMemory withFree(long bytes) {
        return new DeviceMemory(total, OptionalLong.of(bytes), context, perKernel, measured);
    }
}
