package io.yolofit.train.plan.time;

/// Rates that kernels reach on a GPU.
///
/// @param halfFlops       f16 and bf16 matrix operations per second, with f32 accumulation
/// @param singleFlops     f32 matrix operations per second
/// @param bandwidth       bytes per second of a large copy, reads plus writes
/// @param multiprocessors streaming multiprocessors
/// @param source          where the rates come from: "measured on an NVIDIA H200"
public record DeviceRates(double halfFlops, double singleFlops, double bandwidth, int multiprocessors, String source) {
    /// Shares of a data sheet's rates that were reached on an H200: 790 of 989 TFLOP/s, 4.26 of 4.8 TB/s.
    private static final double REACHED_FLOPS = .8;
    private static final double REACHED_BANDWIDTH = .89;

    /// Measured on an H200: the largest matrix product, and copies of 1 GiB.
    public static final DeviceRates H200 = new DeviceRates(790e12, 53e12, 4.26e12, 132, "measured on an NVIDIA H200");

    public DeviceRates {
        if (!(halfFlops > 0) || !(singleFlops > 0) || !(bandwidth > 0) || multiprocessors < 1) {
            throw new IllegalArgumentException("rates of a device must be positive");
        }
    }

    /// An estimate from a data sheet.
    ///
    /// @param halfFlops   dense matrix rate in f16 with f32 accumulation, operations per second
    /// @param singleFlops of the general-purpose cores, operations per second
    /// @param bandwidth   of the device memory, bytes per second
    public static DeviceRates ofDataSheet(double halfFlops, double singleFlops, double bandwidth, int multiprocessors,
            String name) {
        return new DeviceRates(REACHED_FLOPS * halfFlops, REACHED_FLOPS * singleFlops, REACHED_BANDWIDTH * bandwidth,
                multiprocessors, "estimated from the data sheet of the " + name);
    }
}
