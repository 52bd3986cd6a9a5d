package io.yolofit.train.plan.gpu;

import io.yolofit.train.plan.time.DeviceRates;
import io.yolofit.train.plan.time.Links;

/// A GPU by its data sheet.
///
/// @param name            as options name it: `rtx3060`
/// @param title           the maker's name: `GeForce RTX 3060 12 GB`
/// @param memory          bytes that the driver reports as the device's total
/// @param bandwidth       of its memory, bytes per second
/// @param singleFlops     of the general-purpose cores in f32, operations per second
/// @param halfFlops       dense rate of the matrix cores in f16 with f32 accumulation, operations per second; of packed
///                        f16 where there are no matrix cores
/// @param multiprocessors streaming multiprocessors
/// @param capability      compute capability times ten: 86 for 8.6
/// @param nvlink          of all NVLinks together, both directions, bytes per second; 0 if GPUs are connected by PCIe
/// @param source          document of the figures
public record GpuModel(String name, String title, long memory, double bandwidth, double singleFlops, double halfFlops,
        int multiprocessors, int capability, double nvlink, String source) {
    /// Matrix units of this generation and later ones have bf16, and TF32 at half the rate of f16.
    private static final int AMPERE = 80;
    private static final double TF32_SHARE = .5;
    private static final int HOPPER = 90;
    /// Bytes per second of 16 lanes in one direction: PCIe 3.0, 4.0 (from Ampere on) and 5.0 (from Hopper on).
    private static final double PCIE_3 = 15.75e9;
    static final double PCIE_4 = 31.5e9;
    private static final double PCIE_5 = 63e9;
    private static final long RESERVED = 256L << 20;
    private static final double SHARED_USABLE = .75;

    /// Whether its memory is also the processor's main memory.
    public boolean sharesMemory() {
        return title.startsWith("Jetson");
    }

    /// Bytes that a process can get on an otherwise idle device: the total without what driver and display reserve,
    /// about 256 MiB. Of memory that is shared with the processor, three quarters.
    public long usable() {
        return sharesMemory() ? (long) (SHARED_USABLE * memory) : memory - RESERVED;
    }

    /// Whether it computes in bf16.
    public boolean hasBf16() {
        return capability >= AMPERE;
    }

    /// Dense rate of the matrix units in TF32, operations per second; that of f32 where they have no TF32.
    public double tf32Flops() {
        return capability >= AMPERE ? TF32_SHARE * halfFlops : singleFlops;
    }

    /// Whether its rates were measured, and not derived from a data sheet.
    public boolean hasMeasuredRates() {
        return title.startsWith("H200");
    }

    /// The connection between several of them in one machine, with 16 lanes for each if it is PCIe.
    public Links links() {
        if (nvlink > 0) {
            return Links.nvlink(nvlink / 2, title);
        }
        return Links.pcie(capability >= HOPPER ? PCIE_5 : capability >= AMPERE ? PCIE_4 : PCIE_3, title);
    }

    /// Rates that kernels are estimated to reach.
    public DeviceRates rates() {
        return hasMeasuredRates() ? DeviceRates.H200
                : DeviceRates.ofDataSheet(halfFlops, tf32Flops(), singleFlops, bandwidth, multiprocessors, title);
    }
}
