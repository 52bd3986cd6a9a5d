package io.yolofit.engine;

import java.util.List;

/// An engine of a GPU. In addition to running programs, it measures and limits the memory of its device.
public interface GpuEngine extends Engine {
    /// Name that the driver reports: `NVIDIA GeForce RTX 3060`.
    String deviceName();

    /// Compute capability times ten.
    int capability();

    /// Number of streaming multiprocessors.
    int multiprocessors();

    /// Whether convolutions were tuned on this device before the engine was opened.
    boolean isTuned();

    /// Convolutions that were tuned on this kind of device, by this process and by earlier ones.
    List<TunedConvolution> tunedConvolutions();

    /// Current memory use of the device.
    DeviceMemoryReport memory();

    /// Bytes that the communication with other ranks took when it was opened, a part of the context of [#memory()]; 0
    /// before, for one rank, and where the device does not report its use.
    long linkBytes();

    /// Limits the memory that this process holds on the device right after [#reserve(List)], bytes.
    void limit(long bytes);

    /// Bandwidth of a device-to-device copy in bytes per second, reads plus writes. Allocates twice its bytes
    /// temporarily.
    double copyBandwidth(long bytes);

    /// Ends the collectives that wait for other ranks, after one of them has failed. May be called by any thread.
    void abortCollectives();
}
