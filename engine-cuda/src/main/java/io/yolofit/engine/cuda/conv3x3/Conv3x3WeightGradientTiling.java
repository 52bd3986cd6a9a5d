package io.yolofit.engine.cuda.conv3x3;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The tiling of conv3x3_weight_gradient.cu: the tiles of weights that a warp accumulates, the warps of a block, and
/// the tile of pixels of an iteration. It is selected by a cost model that depends on the shapes alone, so that the
/// order of sums is the same on every device.
///
/// @param outputTiles tiles of 16 output channels of a warp
/// @param channelTiles tiles of 8 input channels of a warp
/// @param outputWarps warps of a block along the output channels
/// @param channelWarps warps of a block along the input channels
/// @param pixelWarps groups of warps over which the pixels of a tile are split
/// @param rows pixels of a tile
/// @param columns pixels of a tile
record Conv3x3WeightGradientTiling(int outputTiles, int channelTiles, int outputWarps, int channelWarps, int pixelWarps,
        int rows, int columns) {
    /// Shared memory of a block on all devices of compute capability 8.0 and later. It holds at least two tiles.
    static final int SHARED_BYTES = 99 * 1024;

    private static final int SIDE = 3; // of the window
    private static final int OUTPUTS = 16; // of a tile
    private static final int CHANNELS = 8; // of a tile
    private static final int STRIP = 8; // columns of half a run
    private static final int ELEMENT = 2; // bytes
    private static final int ACCESS = 8; // elements of a 16-byte access
    private static final int WARP = 32;
    private static final int SUM_BYTES = 4;
    private static final long PARTIAL_BYTES = 32L << 20; // at most

    /// Multiprocessors of an H100, for which the tiling is optimized on every device.
    private static final int MULTIPROCESSORS = 132;

    private static final List<Integer> ROWS = List.of(4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 40);
    private static final int MOST_COLUMNS = 40;
    private static final int MOST_TILES = 8;
    private static final int MOST_WARPS = 5; // along each of outputs, channels, pixels
    private static final int FEW_WARPS = 12; // of a block with up to 168 registers per thread
    private static final int MANY_WARPS = 15; // of a block with up to 136 registers per thread
    private static final int MORE_REGISTERS = 168;
    private static final int FEWER_REGISTERS = 136;
    private static final int OTHER_REGISTERS = 36; // addresses, and a fragment of dy

    // Throughput of a multiprocessor of an H100 per clock cycle, and latencies in cycles.
    private static final double PRODUCTS = 0.6 * 2048; // multiply-adds of mma.sync
    private static final int SHARED_RATE = 128; // bytes of shared memory
    private static final int CACHE_RATE = 16; // bytes of L2
    private static final int PARTIAL_RATE = 2000; // bytes of partial sums, of all multiprocessors together
    private static final int BARRIER = 250; // cycles for each tile
    private static final int STEP = 140; // least cycles from one row of a run to the next
    private static final double UNHIDDEN = 0.2; // fraction of the faster resources' time that is not overlapped

    /// Rows of either half of a run. The halves are next to each other if the number of columns allows it, else one
    /// below the other.
    int run() {
        return halvesInRow() ? rows / runsOfColumn() : rows / runsOfColumn() / 2;
    }

    private boolean halvesInRow() {
        return columns % (2 * STRIP) == 0;
    }

    /// Runs from top to bottom of a tile: the fewest that split evenly over the groups of warps.
    private int runsOfColumn() {
        return pixelWarps / greatestCommonDivisor(columns / (halvesInRow() ? 2 * STRIP : STRIP), pixelWarps);
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
        return SIDE * outputWarps * channelWarps * pixelWarps;
    }

    /// Resident blocks of a multiprocessor.
    int occupancy() {
        return outputTiles * channelTiles <= 2 && warps() == FEW_WARPS ? 2 : 1;
    }

    int parts(ConvolutionProblem problem) {
        return (int) (problem.w().dim(0) / outputPart() * (problem.w().channels() / channelPart()));
    }

    private long tiles(ConvolutionProblem problem) {
        return problem.y().dim(0) * Math.ceilDiv(problem.y().dim(1), rows) * Math.ceilDiv(problem.y().dim(2), columns);
    }

    /// Blocks over which the tiles of pixels are split (split-K), for each part of the weights.
    int splits(ConvolutionProblem problem) {
        long wanted = (long) MULTIPROCESSORS * occupancy() / parts(problem);
        long possible = Math.min(tiles(problem), PARTIAL_BYTES / (problem.w().count() * SUM_BYTES));
        return (int) Math.max(1, Math.min(wanted, possible));
    }

    /// Elements of a tile of dy and x in shared memory.
    int stage() {
        return rows * columns * dyPitch() + (rows + SIDE - 1) * (columns + SIDE - 1) * xPitch();
    }

    int dyPitch() {
        return pitch(outputPart());
    }

    int xPitch() {
        return pitch(channelPart());
    }

    /// Elements from one pixel to the next: an odd number of 16-byte accesses, which avoids bank conflicts.
    private static int pitch(int channels) {
        return (channels / ACCESS | 1) * ACCESS;
    }

    /// Shared memory of a block.
    ///
    /// @param stages tiles in shared memory, loaded or being copied
    int sharedBytes(int stages) {
        int sums = (pixelWarps - 1) * (warps() / pixelWarps) * outputTiles * channelTiles * WARP * 4 * SUM_BYTES;
        return Math.max(sums, stages * ELEMENT * stage());
    }

    /// The tiling of least cost for a problem that [Conv3x3WeightGradientKernels] computes.
    static Conv3x3WeightGradientTiling of(ConvolutionProblem problem) {
        return warps(problem).stream().flatMap(Conv3x3WeightGradientTiling::tiles)
                .min(Comparator.comparingDouble(tiling -> tiling.cycles(problem)))
                .orElseThrow(() -> new IllegalArgumentException("conv3x3_weight_gradient.cu has no tiling for "
                        + problem.key() + ": check first whether it serves the problem"));
    }

    /// All assignments of channels to warps; the tiles of pixels are still empty.
    private static List<Conv3x3WeightGradientTiling> warps(ConvolutionProblem problem) {
        List<Conv3x3WeightGradientTiling> all = new ArrayList<>();
        for (int[] output : shares(problem.w().dim(0) / OUTPUTS)) {
            for (int[] channel : shares(problem.w().channels() / CHANNELS)) {
                for (int pixelWarps = 1; pixelWarps <= MOST_WARPS; pixelWarps++) {
                    Conv3x3WeightGradientTiling warps = new Conv3x3WeightGradientTiling(output[0], channel[0],
                            output[1], channel[1], pixelWarps, 0, 0);
                    if (warps.possible()) {
                        all.add(warps);
                    }
                }
            }
        }
        return all;
    }

    /// Pairs of tiles per warp and warps whose product divides a number of tiles.
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
                new Conv3x3WeightGradientTiling(outputTiles, channelTiles, outputWarps, channelWarps, pixelWarps, rows,
                        strips * STRIP))).filter(Conv3x3WeightGradientTiling::fits);
    }

    private boolean fits() {
        return rows % (runsOfColumn() * (halvesInRow() ? 1 : 2)) == 0 && sharedBytes(2) <= SHARED_BYTES;
    }

    /// Cost model: estimated clock cycles on an H100.
    double cycles(ConvolutionProblem problem) {
        int pixels = rows * columns;
        int resident = warps() * occupancy();
        double uneven = Math.ceilDiv(resident, 4) * 4.0 / resident; // warps are split over four schedulers
        double products = pixels * 9.0 * outputPart() * channelPart() / PRODUCTS * uneven;
        double copied = ELEMENT * (pixels * (double) outputPart()
                + (rows + SIDE - 1) * (columns + SIDE - 1) * (double) channelPart());
        double read = (double) ELEMENT * warps() / pixelWarps * pixels * (outputTiles * OUTPUTS
                + (run() + 2.0) / run() * channelTiles * CHANNELS);
        double shared = (read + copied) / SHARED_RATE;
        double cache = copied / CACHE_RATE;
        double steps = pixels / (2.0 * STRIP * pixelWarps) * STEP / occupancy();
        double longest = Math.max(Math.max(products, shared), Math.max(cache, steps));
        double tile = occupancy() * (longest + UNHIDDEN * (products + shared + cache + steps - longest)) + BARRIER;
        int splits = splits(problem);
        int waves = Math.ceilDiv(splits * parts(problem), MULTIPROCESSORS * occupancy());
        return waves * Math.ceilDiv(tiles(problem), splits) * tile
                + 2.0 * splits * problem.w().count() * SUM_BYTES / PARTIAL_RATE;
    }
}
