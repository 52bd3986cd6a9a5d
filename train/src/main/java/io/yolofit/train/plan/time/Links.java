package io.yolofit.train.plan.time;

/// The connection between the GPUs that train together.
///
/// @param kind      for reports: `NVLink`
/// @param bandwidth bytes per second that an all-reduce of a large vector sends over the links of each rank
/// @param latency   seconds of an all-reduce of a small vector
/// @param channels  of NCCL's communicator; each is a thread block, and has buffers for every neighbor
/// @param source    where the rates come from
public record Links(String kind, double bandwidth, double latency, int channels, String source) {
    /// Seconds of a small all-reduce over NVLink: the cost of `sync_bn` in docs/results/scaling.md, 1.5 to 2.7 ms for
    /// 114 to 194 exchanges of four H200, is 13 to 17 us for each. Over PCIe an estimate.
    private static final double NVLINK_LATENCY = 15e-6;
    private static final double PCIE_LATENCY = 25e-6;
    /// Share of a link's rate in one direction that a large all-reduce reaches: of NVLink without multicast about
    /// 200 of 450 GB/s, of PCIe with peer-to-peer copies. Both are estimates; `doctor device=0,1` measures.
    private static final double NVLINK_SHARE = .45;
    private static final double PCIE_SHARE = .5;
    /// Channels that NCCL 2.28 opens between H200 of one host, and between GPUs on PCIe.
    private static final int NVLINK_CHANNELS = 24;
    private static final int PCIE_CHANNELS = 4;
    /// Bytes of a channel's connection to a neighbor: NCCL's buffers of its protocols LL (512 KiB), LL128 (4.7 MiB) and
    /// Simple (4 MiB, `NCCL_BUFFSIZE`), in an allocation of a multiple of 2 MiB.
    private static final long CONNECTION = 10L << 20;
    /// Bytes of NCCL's code and of what else it keeps on a device: what a run on two H200 took in addition to the
    /// connections (1,114 MiB together, NCCL 2.28, docs/results/scaling.md). Four took 1,356 MiB, predicted 1,354.
    private static final long FIXED = 874L << 20;
    /// Neighbors in a ring, which are also those of a chain, the tree of one host.
    private static final int NEIGHBORS = 2;
    private static final double GIGA = 1e9;

    /// Ranks on the CPU, which exchange in host memory: nothing overlaps, and their number of buckets does not matter.
    public static final Links HOST = new Links("host memory", 200e9, 15e-6, 0, "not measured");
    /// GPUs that are not known: NVLink as on an H200.
    public static final Links H200 = nvlink(450e9, "H200");

    public Links {
        if (!(bandwidth > 0) || !(latency >= 0) || channels < 0) {
            throw new IllegalArgumentException("links of " + bandwidth + " bytes per second, " + latency + " s and "
                    + channels + " channels: expected positive rates");
        }
    }

    /// @param oneWay bytes per second of all links of a GPU together, in one direction
    /// @param title  of the GPU
    public static Links nvlink(double oneWay, String title) {
        return new Links("NVLink", NVLINK_SHARE * oneWay, NVLINK_LATENCY, NVLINK_CHANNELS,
                "estimated for the " + title);
    }

    /// @param oneWay bytes per second of the slot in one direction
    /// @param title  of the GPU
    public static Links pcie(double oneWay, String title) {
        return new Links("PCIe", PCIE_SHARE * oneWay, PCIE_LATENCY, PCIE_CHANNELS, "estimated for the " + title);
    }

    /// Device memory of NCCL on each of several ranks, bytes; 0 for one.
    public long bytes(int ranks) {
        return channels == 0 || ranks == 1 ? 0 : FIXED + channels * CONNECTION * Math.min(NEIGHBORS, ranks - 1);
    }

    /// `NVLink, 203 GB/s and 15 us for an all-reduce`.
    public String rates() {
        return "%s, %.0f GB/s and %.0f us for an all-reduce".formatted(kind, bandwidth / GIGA, latency * 1e6);
    }

    /// The rates and their source.
    public String text() {
        return rates() + ", " + source;
    }
}
