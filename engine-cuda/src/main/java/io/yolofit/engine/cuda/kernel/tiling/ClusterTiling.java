package io.yolofit.engine.cuda.kernel.tiling;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tiling of batch norms whose tensors fit in the shared memory of thread block clusters, all or a good part: the
/// host side of `cluster.cuh`. A cluster has a group of channels; each of its blocks has a range of rows.
///
/// @param across threads of a block along the channels, a power of two
/// @param width channels of a 16-byte access
/// @param blocks of a cluster
/// @param tensors that are read
/// @param kept rows of a thread in shared memory, at most
/// @param occupancy resident blocks of a multiprocessor, for which kernels are compiled
public record ClusterTiling(int across, int width, int blocks, int tensors, long kept, int occupancy, long channels,
        long rows) {
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
    /// Groups of at least 32 bytes of a row fill the sectors of the L2 cache. Narrower ones are for tensors that would
    /// not fit otherwise, or occupy too few multiprocessors.
    private static final int SECTOR_ACROSS = 2;
    private static final int MOST_ACROSS = 16;
    /// 16 clusters of 8 blocks, or 8 of 16: one block on nearly every multiprocessor of an H100 or H200 (132).
    private static final int MOST_BLOCKS = 128;
    /// Half of them: with fewer, the rows of a block take longer than those of the two kernels without clusters.
    private static final int FEW_BLOCKS = MOST_BLOCKS / 2;
    /// Tensors that do not fit are streamed if nearly all multiprocessors are occupied and keep this part of the rows.
    /// With less, two kernels read hardly more bytes, and have more warps to read them.
    private static final int STREAMING_BLOCKS = MOST_BLOCKS * 3 / 4;
    private static final double LEAST_KEPT = .4;
    /// Vectors of floats for a channel in static shared memory: two sums of each warp, of the block and of the cluster,
    /// scale, shift, slope, offset and mean.
    private static final int FLOATS_OF_CHANNEL = 2 * (WARPS + 2) + 5;

    /// Empty if the tensors do not fit, the device has no clusters, or a row has too many channels.
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
            ClusterTiling tiling = new ClusterTiling(across, width, blocks, tensors, 0, 1, channels, rows);
            if (tiling.groups() * blocks <= MOST_BLOCKS) {
                Optional<ClusterTiling> wide = tiling.fitted(sharedBytes, halfOfShared);
                Optional<ClusterTiling> narrow = tiling.narrow().flatMap(it -> it.fitted(sharedBytes, halfOfShared));
                return tiling.groups() * blocks < FEW_BLOCKS ? narrow.or(() -> wide)
                        : wide.or(() -> narrow).or(() -> tiling.streamed(sharedBytes));
            }
        }
        return Optional.empty();
    }

    /// With groups of 16 bytes of a row, if the grid then is not too large.
    private Optional<ClusterTiling> narrow() {
        ClusterTiling narrow = new ClusterTiling(1, width, blocks, tensors, 0, 1, channels, rows);
        return across == SECTOR_ACROSS && narrow.groups() * blocks <= MOST_BLOCKS ? Optional.of(narrow)
                : Optional.empty();
    }

    /// With all rows in shared memory, if they fit.
    private Optional<ClusterTiling> fitted(int sharedBytes, int halfOfShared) {
        ClusterTiling all = keeping(slots(), 1);
        long bytes = all.residentBytes() + staticBytes();
        return bytes > sharedBytes ? Optional.empty() : Optional.of(all.keeping(slots(), bytes > halfOfShared ? 1 : 2));
    }

    /// With as many rows as fit.
    private Optional<ClusterTiling> streamed(int sharedBytes) {
        long fitting = (sharedBytes - staticBytes()) / keeping(1, 1).residentBytes();
        return groups() * blocks < STREAMING_BLOCKS || fitting < LEAST_KEPT * slots() ? Optional.empty()
                : Optional.of(keeping(fitting, 1));
    }

    private ClusterTiling keeping(long kept, int occupancy) {
        return new ClusterTiling(across, width, blocks, tensors, kept, occupancy, channels, rows);
    }

    private long staticBytes() {
        return (long) FLOATS_OF_CHANNEL * group() * Float.BYTES;
    }

    /// Rows of a thread.
    private long slots() {
        return Math.ceilDiv(Math.ceilDiv(rows, (long) blocks), (long) rowsOfBlock());
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
        return kept * tensors * THREADS * ElementwiseTiling.ACCESS_BYTES;
    }

    public List<String> defines(Activation activation) {
        List<String> defines = new ArrayList<>(List.of("TENSORS=" + tensors, "CLUSTER=" + blocks));
        if (kept < slots()) {
            defines.addAll(List.of("STREAMED=1", "KEPT=" + kept));
        }
        defines.addAll(ReductionTiling.defines(across, rowsOfBlock(), width, activation, occupancy));
        return defines;
    }
}
