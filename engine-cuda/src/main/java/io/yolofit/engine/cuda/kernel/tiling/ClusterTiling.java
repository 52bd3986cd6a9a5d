package io.yolofit.engine.cuda.kernel.tiling;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tiling of batch norms of small tensors, which stay in the shared memory of thread block clusters: the host side
/// of `cluster.cuh`. A cluster has a group of channels; each of its blocks has a range of rows.
///
/// @param across threads of a block along the channels, a power of two
/// @param width channels of a 16-byte access
/// @param blocks of a cluster
/// @param tensors that are read
/// @param occupancy resident blocks of a multiprocessor, for which kernels are compiled
public record ClusterTiling(int across, int width, int blocks, int tensors, int occupancy, long channels, long rows) {
    /// Compute capability of clusters.
    public static final int CAPABILITY = 90;
    /// Four warps for each scheduler of a multiprocessor, with up to 128 registers for each thread.
    public static final int THREADS = 512;
    private static final int WARPS = THREADS / 32;
    /// Largest size of a cluster on devices of compute capability 9.0, and the largest one that all devices support.
    private static final int LARGEST_CLUSTER = 16;
    private static final int PORTABLE_CLUSTER = 8;
    /// Accesses of a row that clusters of portable size divide into too few groups to occupy the device.
    private static final int FEW_ACCESSES = 16;
    /// Groups of at least 32 bytes of a row fill the sectors of the L2 cache.
    private static final int SECTOR_ACROSS = 2;
    private static final int MOST_ACROSS = 16;
    /// 16 clusters of 8 blocks, or 8 of 16: one block on nearly every multiprocessor of an H100 or H200 (132).
    private static final int MOST_BLOCKS = 128;
    /// Measured on an H200: tensors of up to 8.2 MB in at least 64 blocks take 6 to 38 % less time; those of 13 MB, or
    /// in 32 blocks, take up to twice as long, because a block has too few warps to copy its rows at full bandwidth.
    private static final int FEWEST_BLOCKS = 64;
    private static final long MOST_BYTES = 8L << 20;
    /// Vectors of floats for a channel in static shared memory: two sums of each warp, of the block and of the cluster,
    /// scale, shift, slope, offset and mean.
    private static final int FLOATS_OF_CHANNEL = 2 * (WARPS + 2) + 5;

    /// Empty if the tensors are too large, the device has no clusters, or a row has too many or too few channels.
    ///
    /// @param type of each tensor, whose rows allow 16-byte accesses
    /// @param tensors that are read
    public static Optional<ClusterTiling> of(Device device, TensorType type, int tensors) {
        if (device.capability() < CAPABILITY) {
            return Optional.empty();
        }
        return of(device.sharedBytes(1), device.sharedBytes(2), type, tensors);
    }

    /// @param sharedBytes most shared memory of a block
    /// @param halfOfShared most shared memory of each of two resident blocks
    static Optional<ClusterTiling> of(int sharedBytes, int halfOfShared, TensorType type, int tensors) {
        int width = ElementwiseTiling.ACCESS_BYTES / type.dtype().bytes();
        long channels = type.shape().channels();
        long rows = type.shape().count() / channels;
        long accesses = Math.ceilDiv(channels, (long) width);
        int blocks = accesses <= FEW_ACCESSES ? LARGEST_CLUSTER : PORTABLE_CLUSTER;
        for (int across = SECTOR_ACROSS; across <= MOST_ACROSS; across *= 2) {
            ClusterTiling tiling = new ClusterTiling(across, width, blocks, tensors, 1, channels, rows);
            if (tiling.groups() * blocks <= MOST_BLOCKS) {
                boolean small = type.bytes() * tensors <= MOST_BYTES && tiling.groups() * blocks >= FEWEST_BLOCKS;
                return small ? tiling.fitted(sharedBytes, halfOfShared) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<ClusterTiling> fitted(int sharedBytes, int halfOfShared) {
        long bytes = residentBytes() + (long) FLOATS_OF_CHANNEL * group() * Float.BYTES;
        return bytes > sharedBytes ? Optional.empty() : Optional.of(new ClusterTiling(across, width, blocks, tensors,
                bytes > halfOfShared ? 1 : 2, channels, rows));
    }

    public int rowsOfBlock() {
        return THREADS / across;
    }

    /// Channels of a cluster.
    public int group() {
        return across * width;
    }

    public long groups() {
        return Math.ceilDiv(channels, (long) group());
    }

    /// Dynamic shared memory of a block.
    public long residentBytes() {
        long slots = Math.ceilDiv(Math.ceilDiv(rows, (long) blocks), (long) rowsOfBlock());
        return slots * tensors * THREADS * ElementwiseTiling.ACCESS_BYTES;
    }

    public List<String> defines(Activation activation) {
        List<String> defines = new ArrayList<>(List.of("TENSORS=" + tensors, "CLUSTER=" + blocks));
        defines.addAll(ReductionTiling.defines(across, rowsOfBlock(), width, activation, occupancy));
        return defines;
    }
}
