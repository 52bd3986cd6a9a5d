package io.yolofit.engine.cuda.conv3x3;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How conv3x3_weight_gradient.cu cuts a problem: which tiles of weights a warp sums, how many warps a block has, which
/// tile of pixels it takes at a time. Chosen by an estimate of the time, from the shapes alone, so that sums have the
/// same order on every device.
///
/// @param outputTiles of a warp, of 16 outputs each
/// @param channelTiles of a warp, of 8 channels each
/// @param outputWarps side by side in a block
/// @param channelWarps side by side in a block
/// @param groups of warps that share a tile's pixels
/// @param rows of a tile of pixels
/// @param columns of a tile of pixels
record Conv3x3WeightGradientTiling(int outputTiles, int channelTiles, int outputWarps, int channelWarps, int groups,
        int rows,
        int columns) {
    /// Shared memory of a block, twice a tile, that devices of compute capability 8.0 and later have.
    static final int SHARED_BYTES = 99 * 1024;

    private static final int SIDE = 3; // of a window
    private static final int OUTPUTS = 16; // of a tile
    private static final int CHANNELS = 8; // of a tile
    private static final int STRIP = 8; // columns of half a run
    private static final int ELEMENT = 2; // bytes
    private static final int ACCESS = 8; // elements of 16 bytes
    private static final int WARP = 32;
    private static final int SUM_BYTES = 4;
    private static final long PARTIAL_BYTES = 32L << 20; // at most

    /// Multiprocessors of the devices these sizes are made for; the same everywhere.
    private static final int MULTIPROCESSORS = 132;

    private static final List<Integer> ROWS = List.of(4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 40);
    private static final int MOST_COLUMNS = 40;
    private static final int MOST_TILES = 8;
    private static final int MOST_WARPS = 5; // along each of outputs, channels, pixels
    private static final int FEW_WARPS = 12; // of a block, of up to 168 registers a thread
    private static final int MANY_WARPS = 15; // of up to 136
    private static final int MORE_REGISTERS = 168;
    private static final int FEWER_REGISTERS = 136;
    private static final int OTHER_REGISTERS = 36; // addresses, and a tile of dy

    // Of a multiprocessor of an H100 in a clock cycle.
    private static final double PRODUCTS = 0.6 * 2048; // by mma.sync
    private static final int SHARED_RATE = 128; // bytes
    private static final int CACHE_RATE = 16; // bytes
    private static final int PARTIAL_RATE = 2000; // bytes, of all multiprocessors
    private static final int BARRIER = 250; // cycles for each tile
    private static final int STEP = 140; // cycles from a row of a run to the next, at least
    private static final double UNHIDDEN = 0.2; // of what runs beside the slowest

    /// Rows of either half of a run, which lie side by side where columns allow it, or else one below the other.
    int run() {
        return aside() ? rows / piecesOfColumn() : rows / piecesOfColumn() / 2;
    }

    private boolean aside() {
        return columns % (2 * STRIP) == 0;
    }

    /// Runs from top to bottom of a tile: as few as its groups can share.
    private int piecesOfColumn() {
        return groups / greatestCommonDivisor(columns / (aside() ? 2 * STRIP : STRIP), groups);
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    int outputPart() {
        return outputWarps * outputTiles * OUTPUTS;
    }

    int channelPart() {
        return channelWarps * channelTiles * CHANNELS;
    }

    int threads() {
        return warps() * WARP;
    }

    private int warps() {
        return SIDE * outputWarps * channelWarps * groups;
    }

    /// Blocks that a multiprocessor runs at once.
    int occupancy() {
        return outputTiles * channelTiles <= 2 && warps() == FEW_WARPS ? 2 : 1;
    }

    int parts(ConvolutionProblem problem) {
        return (int) (problem.w().dim(0) / outputPart() * (problem.w().channels() / channelPart()));
    }

    private long tiles(ConvolutionProblem problem) {
        return problem.y().dim(0) * Math.ceilDiv(problem.y().dim(1), rows) * Math.ceilDiv(problem.y().dim(2), columns);
    }

    /// Blocks that share the tiles of a part.
    int splits(ConvolutionProblem problem) {
        long wanted = (long) MULTIPROCESSORS * occupancy() / parts(problem);
        long possible = Math.min(tiles(problem), PARTIAL_BYTES / (problem.w().count() * SUM_BYTES));
        return (int) Math.max(1, Math.min(wanted, possible));
    }

    /// Of dy and x, as they lie in shared memory.
    private int stageBytes() {
        return ELEMENT * (rows * columns * pitch(outputPart()) + (rows + SIDE - 1) * (columns + SIDE - 1)
                * pitch(channelPart()));
    }

    /// An odd number of accesses, so that neighbors lie in different banks.
    private static int pitch(int channels) {
        return (channels / ACCESS | 1) * ACCESS;
    }

    /// Shared memory of a block.
    ///
    /// @param stages tiles that are there or under way
    int sharedBytes(int stages) {
        int sums = (groups - 1) * (warps() / groups) * outputTiles * channelTiles * WARP * 4 * SUM_BYTES;
        return Math.max(sums, stages * stageBytes());
    }

    /// The best for a problem that [Conv3x3WeightGradientKernels] serves.
    static Conv3x3WeightGradientTiling of(ConvolutionProblem problem) {
        return warps(problem).stream().flatMap(Conv3x3WeightGradientTiling::tiles)
                .min(Comparator.comparingDouble(tiles -> tiles.cycles(problem)))
                .orElseThrow(() -> new IllegalArgumentException("conv3x3_weight_gradient.cu has no tiles for "
                + problem.key()
                        + ": ask whether it serves a problem first"));
    }

    /// All ways to give channels to warps, without tiles of pixels yet.
    private static List<Conv3x3WeightGradientTiling> warps(ConvolutionProblem problem) {
        List<Conv3x3WeightGradientTiling> all = new ArrayList<>();
        for (int[] output : shares(problem.w().dim(0) / OUTPUTS)) {
            for (int[] channel : shares(problem.w().channels() / CHANNELS)) {
                for (int groups = 1; groups <= MOST_WARPS; groups++) {
                    Conv3x3WeightGradientTiling warps = new Conv3x3WeightGradientTiling(output[0], channel[0],
                            output[1], channel[1],
                            groups, 0, 0);
                    if (warps.possible()) {
                        all.add(warps);
                    }
                }
            }
        }
        return all;
    }

    /// Tiles of a warp, and warps, that divide so many tiles.
    private static List<int[]> shares(long tiles) {
        List<int[]> shares = new ArrayList<>();
        for (int each = 1; each <= MOST_TILES; each++) {
            for (int warps = 1; warps <= MOST_WARPS; warps++) {
                if (tiles % (each * warps) == 0) {
                    shares.add(new int[] {each, warps});
                }
            }
        }
        return shares;
    }

    private boolean possible() {
        int registers = SIDE * 4 * outputTiles * channelTiles + SIDE * 2 * channelTiles + OTHER_REGISTERS;
        return warps() == FEW_WARPS && registers <= MORE_REGISTERS
                || warps() == MANY_WARPS && registers <= FEWER_REGISTERS;
    }

    private Stream<Conv3x3WeightGradientTiling> tiles() {
        return ROWS.stream().flatMap(rows -> IntStream.rangeClosed(1, MOST_COLUMNS / STRIP).mapToObj(strips ->
                new Conv3x3WeightGradientTiling(outputTiles, channelTiles, outputWarps, channelWarps, groups, rows,
                        strips * STRIP))).filter(Conv3x3WeightGradientTiling::fits);
    }

    private boolean fits() {
        return rows % (piecesOfColumn() * (aside() ? 1 : 2)) == 0 && sharedBytes(2) <= SHARED_BYTES;
    }

    /// An estimate of the time of an H100.
    double cycles(ConvolutionProblem problem) {
        int pixels = rows * columns;
        int resident = warps() * occupancy();
        double uneven = Math.ceilDiv(resident, 4) * 4.0 / resident; // four schedulers share the warps
        double products = pixels * 9.0 * outputPart() * channelPart() / PRODUCTS * uneven;
        double copied = ELEMENT * (pixels * (double) outputPart()
                + (rows + SIDE - 1) * (columns + SIDE - 1) * (double) channelPart());
        double read = (double) ELEMENT * warps() / groups * pixels * (outputTiles * OUTPUTS
                + (run() + 2.0) / run() * channelTiles * CHANNELS);
        double shared = (read + copied) / SHARED_RATE;
        double cache = copied / CACHE_RATE;
        double steps = pixels / (2.0 * STRIP * groups) * STEP / occupancy();
        double longest = Math.max(Math.max(products, shared), Math.max(cache, steps));
        double tile = occupancy() * (longest + UNHIDDEN * (products + shared + cache + steps - longest)) + BARRIER;
        int splits = splits(problem);
        int waves = Math.ceilDiv(splits * parts(problem), MULTIPROCESSORS * occupancy());
        return waves * Math.ceilDiv(tiles(problem), splits) * tile
                + 2.0 * splits * problem.w().count() * SUM_BYTES / PARTIAL_RATE;
    }
}
