package io.yolofit.engine.cuda.kernel.tiling;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The tiling of kernels that reduce over rows of channels, and of those that apply the results: the host side of
/// `reduction_tiling.cuh`.
///
/// @param across threads of a block along the channels
/// @param width channels of one access
/// @param rowsOfBlock threads of a block along the rows
public record ReductionTiling(int across, int width, int rowsOfBlock, long channels, long rows) {
    /// Multiprocessors of an H100 or H200. Grids of reductions are multiples of it on every device, because the number
    /// of blocks determines the order of sums.
    public static final int MULTIPROCESSORS = 132;

    /// Resident blocks of a multiprocessor in reductions, whose grid is resident at once.
    public static final int OCCUPANCY = 2;
    public static final int REDUCING_BLOCKS = OCCUPANCY * MULTIPROCESSORS;
    /// Two blocks of 512 threads, with up to 64 registers each, write half as many partial sums as four of 256.
    public static final int REDUCING_THREADS = 512;
    /// Smaller blocks without sums: those that finish early make room for others sooner.
    public static final int APPLYING_THREADS = 256;
    /// Fewest rows of a thread, if there are enough rows.
    private static final int LEAST_ROWS = 4;
    private static final int MOST_ACROSS = 16;
    private static final int FEWEST_ACROSS = 4;
    private static final int MOST_ACROSS_OF_ROW = 20;
    private static final int MOST_ACROSS_OF_APPLIED_ROW = 128;
    /// Threads whose 16-byte accesses fill a cache line.
    private static final int LINE_ACROSS = 8;
    private static final int LINE_BYTES = 128;

    /// Elements of a block that sums partial sums: one for each thread of a warp, for coalesced accesses. The block has
    /// as many warps.
    private static final int TOTAL_SIDE = 32;

    /// The definition of `reduce.cuh` for kernels that sum partial sums.
    public static String totalDefine() {
        return "TOTAL_SIDE=" + TOTAL_SIDE;
    }

    /// Sets block and grid of a kernel that sums the partial sums of a number of elements.
    public static Launch total(Launch launch, long elements) {
        return total(launch, elements, 1);
    }

    /// @param rows of elements, blockIdx.y
    public static Launch total(Launch launch, long elements, long rows) {
        return launch.block(TOTAL_SIDE, TOTAL_SIDE).grid(Math.ceilDiv(elements, TOTAL_SIDE), rows, 1);
    }

    /// For reductions over rows.
    public static ReductionTiling reducing(TensorType type, boolean vectorized) {
        int width = width(type, vectorized);
        return of(type, width, across(Math.ceilDiv(type.shape().channels(), (long) width)), REDUCING_THREADS);
    }

    /// For elementwise work with per-channel coefficients: a block spans whole rows if parts of them would be narrow.
    public static ReductionTiling applying(TensorType type, boolean vectorized) {
        int width = width(type, vectorized);
        long vectors = Math.ceilDiv(type.shape().channels(), (long) width);
        boolean whole = vectors <= MOST_ACROSS_OF_APPLIED_ROW && vectors % MOST_ACROSS != 0;
        return of(type, width, whole ? (int) vectors : across(vectors), APPLYING_THREADS);
    }

    private static int width(TensorType type, boolean vectorized) {
        return vectorized ? ElementwiseTiling.ACCESS_BYTES / type.dtype().bytes() : 1;
    }

    private static ReductionTiling of(TensorType type, int width, int across, int threads) {
        long channels = type.shape().channels();
        long turn = rowsToLine((long) across * width * type.dtype().bytes());
        long most = threads / across;
        return new ReductionTiling(across, width, (int) (most < turn ? most : most / turn * turn), channels,
                type.shape().count() / channels);
    }

    /// Threads along the channels: whole rows, or parts of rows that are whole cache lines, because a line that two
    /// blocks share is read twice. Parts are no wider than needed, because in a wide part few threads reduce each sum.
    private static int across(long vectors) {
        if (vectors <= MOST_ACROSS_OF_ROW) {
            return (int) vectors;
        }
        return vectors % MOST_ACROSS == 0 ? MOST_ACROSS : vectors % LINE_ACROSS == 0 ? LINE_ACROSS
                : IntStream.rangeClosed(FEWEST_ACROSS, MOST_ACROSS).filter(count -> vectors % count == 0).max()
                        .orElse(MOST_ACROSS);
    }

    /// Number of rows of this length from one row that starts at a cache line to the next such row.
    private static long rowsToLine(long bytes) {
        return LINE_BYTES / Math.min(LINE_BYTES, Long.lowestOneBit(bytes));
    }

    /// Channels of a block.
    public int group() {
        return across * width;
    }

    public long groups() {
        return Math.ceilDiv(channels, (long) group());
    }

    /// Blocks along the rows.
    ///
    /// @param blocks target size of the whole grid
    public long rowBlocks(int blocks) {
        long most = Math.ceilDiv(rows, (long) rowsOfBlock() * LEAST_ROWS);
        return Math.max(1, Math.min(most, blocks / groups()));
    }

    /// @param occupancy resident blocks of a multiprocessor
    public List<String> defines(Activation activation, int occupancy) {
        return defines(across, rowsOfBlock, width, activation, occupancy);
    }

    /// The definitions of `reduction_tiling.cuh` and `bnact.cuh`.
    static List<String> defines(int across, int rowsOfBlock, int width, Activation activation, int occupancy) {
        List<String> defines = new ArrayList<>(List.of("OCCUPANCY=" + occupancy, "TX=" + across, "TY=" + rowsOfBlock,
                "WIDTH=" + width, "SILU=" + (activation == Activation.SILU ? 1 : 0)));
        if (activation == Activation.RELU || activation == Activation.LEAKY_RELU) {
            defines.add("SLOPE=" + (float) activation.slope() + "f");
        }
        return defines;
    }

    public int blockThreads() {
        return across * rowsOfBlock();
    }
}
