package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The tiling of kernels that reduce over rows of channels, and of those that apply the results: the host side of
/// `reduction_tiling.cuh`.
///
/// @param lanes threads of a block along the channels
/// @param width channels of one access
/// @param rowsOfBlock threads of a block along the rows
record ReductionTiling(int lanes, int width, int rowsOfBlock, long channels, long rows) {
    static final int REDUCING_THREADS = 512;
    static final int APPLYING_THREADS = 256;
    /// Fewest rows of a thread, if there are enough rows.
    private static final int LEAST_ROWS = 4;
    private static final int MOST_LANES = 16;
    private static final int FEWEST_LANES = 4;
    private static final int MOST_LANES_OF_ROW = 20;
    private static final int MOST_LANES_OF_APPLIED_ROW = 128;
    /// Threads whose 16-byte accesses fill a cache line.
    private static final int LINE_LANES = 8;
    private static final int LINE_BYTES = 128;

    /// For reductions over rows.
    static ReductionTiling reducing(TensorType type, boolean vectorized) {
        int width = width(type, vectorized);
        return of(type, width, lanes(Math.ceilDiv(type.shape().channels(), (long) width)), REDUCING_THREADS);
    }

    /// For elementwise work with per-channel coefficients: a block spans whole rows if parts of them would be narrow.
    static ReductionTiling applying(TensorType type, boolean vectorized) {
        int width = width(type, vectorized);
        long vectors = Math.ceilDiv(type.shape().channels(), (long) width);
        boolean whole = vectors <= MOST_LANES_OF_APPLIED_ROW && vectors % MOST_LANES != 0;
        return of(type, width, whole ? (int) vectors : lanes(vectors), APPLYING_THREADS);
    }

    private static int width(TensorType type, boolean vectorized) {
        return vectorized ? ElementwiseTiling.ACCESS_BYTES / type.dtype().bytes() : 1;
    }

    private static ReductionTiling of(TensorType type, int width, int lanes, int threads) {
        long channels = type.shape().channels();
        long turn = rowsToLine((long) lanes * width * type.dtype().bytes());
        long most = threads / lanes;
        return new ReductionTiling(lanes, width, (int) (most < turn ? most : most / turn * turn), channels,
                type.shape().count() / channels);
    }

    /// Threads along the channels: whole rows, or parts of rows that are whole cache lines, because a line that two
    /// blocks share is read twice. Parts are no wider than needed, because in a wide part few threads reduce each sum.
    private static int lanes(long vectors) {
        if (vectors <= MOST_LANES_OF_ROW) {
            return (int) vectors;
        }
        return vectors % MOST_LANES == 0 ? MOST_LANES : vectors % LINE_LANES == 0 ? LINE_LANES
                : IntStream.rangeClosed(FEWEST_LANES, MOST_LANES).filter(count -> vectors % count == 0).max()
                        .orElse(MOST_LANES);
    }

    /// Number of rows of this length from one row that starts at a cache line to the next such row.
    private static long rowsToLine(long bytes) {
        return LINE_BYTES / Math.min(LINE_BYTES, Long.lowestOneBit(bytes));
    }

    /// Channels of a block.
    int group() {
        return lanes * width;
    }

    long groups() {
        return Math.ceilDiv(channels, (long) group());
    }

    /// Blocks along the rows.
    ///
    /// @param blocks target size of the whole grid
    long rowBlocks(int blocks) {
        long most = Math.ceilDiv(rows, (long) rowsOfBlock() * LEAST_ROWS);
        return Math.max(1, Math.min(most, blocks / groups()));
    }

    List<String> defines(Activation activation) {
        List<String> defines = new ArrayList<>(List.of("TX=" + lanes, "TY=" + rowsOfBlock(),
                "VECTOR=" + (width > 1 ? 1 : 0), "SILU=" + (activation == Activation.SILU ? 1 : 0)));
        if (activation == Activation.RELU || activation == Activation.LEAKY_RELU) {
            defines.add("SLOPE=" + (float) activation.slope() + "f");
        }
        return defines;
    }

    int blockThreads() {
        return lanes * rowsOfBlock();
    }
}
