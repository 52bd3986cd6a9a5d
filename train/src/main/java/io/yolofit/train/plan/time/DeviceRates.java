package io.yolofit.train.plan.time;

/// Rates that kernels reach on a GPU.
///
/// @param halfFlops       f16 and bf16 matrix operations per second, with f32 accumulation
/// @param tf32Flops       TF32 matrix operations per second; those of f32 where there is no TF32
/// @param singleFlops     f32 operations per second of the general-purpose cores
/// @param bandwidth       bytes per second of a large copy, reads plus writes
/// @param multiprocessors streaming multiprocessors
/// @param source          where the rates come from: "measured on an NVIDIA H200"
public record DeviceRates(double halfFlops, double tf32Flops, double singleFlops, double bandwidth,
        int multiprocessors, String source) {
    /// Shares of a data sheet's rates that were reached on an H200: 790 of 989 TFLOP/s in f16, 4.26 of 4.8 TB/s.
    private static final double REACHED_FLOPS = .8;
    private static final double REACHED_BANDWIDTH = .89;

    /// Measured on an H200: the largest matrix product in f16, and copies of 1 GiB. The rates of TF32 and f32 are the
    /// same share of its data sheet's.
    public static final DeviceRates H200 = new DeviceRates(790e12, 395e12, 53e12, 4.26e12, 132,
            "measured on an NVIDIA H200");

    public DeviceRates {
        if (!(halfFlops > 0) || !(tf32Flops > 0) || !(singleFlops > 0) || !(bandwidth > 0) || multiprocessors < 1) {
            throw new IllegalArgumentException("rates of a device must be positive");
        }
    }

    /// An estimate from a data sheet.
    ///
    /// @param halfFlops   dense matrix rate in f16 with f32 accumulation, operations per second
    /// @param tf32Flops   dense matrix rate in TF32, or `singleFlops` where there is none, operations per second
    /// @param singleFlops of the general-purpose cores, operations per second
    /// @param bandwidth   of the device memory, bytes per second
    public static DeviceRates ofDataSheet(double halfFlops, double tf32Flops, double singleFlops, double bandwidth,
            int multiprocessors, String name) {
        return new DeviceRates(REACHED_FLOPS * halfFlops, REACHED_FLOPS * tf32Flops, REACHED_FLOPS * singleFlops,
                REACHED_BANDWIDTH * bandwidth, multiprocessors, "estimated from the data sheet of the " + name);
    }

    /// Whether the time model was fitted on this device.
    public boolean isMeasured() {
        return source.equals(H200.source);
    }

    /// The same with the bandwidth that was measured on the device.
    public DeviceRates withBandwidth(double measured) {
        return new DeviceRates(halfFlops, tf32Flops, singleFlops, measured, multiprocessors,
                source + " and the bandwidth, which was measured");
    }

    double flops(Arithmetic arithmetic) {
        return switch (arithmetic) {
            case HALF -> halfFlops;
            case TF32 -> tf32Flops;
            case EXACT -> singleFlops;
        };
    }
}
