package io.yolofit.engine.cuda.nccl;

/// The place of a GPU among those that train together.
///
/// @param id of NCCL's communicator, [Nccl#ID_BYTES] bytes, the same on all ranks
public record GpuRank(int rank, int ranks, byte[] id) {
    /// The only GPU of a run.
    public static final GpuRank ALONE = new GpuRank(0, 1, new byte[0]);
}
