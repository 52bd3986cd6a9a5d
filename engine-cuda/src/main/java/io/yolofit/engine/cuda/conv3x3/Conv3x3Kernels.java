package io.yolofit.engine.cuda.conv3x3;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem.Direction;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.driver.Sources;
import io.yolofit.graph.Shape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// 3x3 convolutions and their data gradients with so few channels that the weights fit in shared memory: source
/// conv3x3.cu. cuDNN's kernels are slow there, and many times slower if the channels are not a power of two.
final class Conv3x3Kernels {
    private static final int MOST_OUTPUTS = 64; // of a warp; its accumulators then use half of its registers
    private static final int CHANNEL_STEP = 16;

    private static final int WARPS = 8;
    private static final int THREADS = WARPS * 32;
    private static final int PIXELS = 256; // of a tile
    private static final int TAPS = 9;
    private static final int GAP = 8; // elements between lines in shared memory: no bank conflicts
    private static final int FRAGMENT_PIXELS = 16;
    private static final int LEAST_COLUMNS = 8;
    private static final int MOST_COLUMNS = 64;
    private static final int HALF_BYTES = 2;

    private Conv3x3Kernels() {
    }

    /// The tiling of the kernel.
    ///
    /// @param rows pixels of a tile
    /// @param columns pixels of a tile
    /// @param parts blocks over which the output channels are split
    /// @param buffers tiles in shared memory; 2 for double buffering
    /// @param blocks resident blocks of a multiprocessor (occupancy)
    /// @param memory dynamic shared memory of a block
    record Tiling(int rows, int columns, int parts, int buffers, int blocks, Layout memory) {
        /// Name of the algorithm with this tiling: `conv3x3.8x32.1.2.1`.
        String name() {
            return "conv3x3." + rows + "x" + columns + "." + parts + "." + buffers + "." + blocks;
        }
    }

    /// Dynamic shared memory of a block: weights, tiles, and a staging buffer for the results if these do not reuse a
    /// tile. Lengths are in elements.
    ///
    /// @param rows pixels of a tile with its halo
    /// @param columns pixels of a tile with its halo
    /// @param pitch from pixel to pixel of a tile
    /// @param weightPitch from line to line of the weights
    /// @param outPitch from pixel to pixel of the results
    /// @param overlay whether the results reuse a tile
    /// @param bytes of all
    private record Layout(int rows, int columns, int pitch, int weightPitch, int outPitch, boolean overlay, int bytes) {
        static Layout of(ConvolutionProblem problem, int[] tile, int outputs, int buffers) {
            boolean transposed = problem.direction() == Direction.DATA;
            int channels = (int) read(problem).channels();
            int halo = problem.window().stride() == 1 ? 2 : 1;
            int pitch = channels + GAP;
            int outPitch = outputs + GAP;
            int stage = (tile[0] + halo) * (tile[1] + halo) * pitch;
            int results = WARPS * FRAGMENT_PIXELS * outPitch;
            boolean overlay = halo == 2 && stage >= results;
            int weightPitch = transposed ? outPitch : pitch;
            int weights = (transposed ? channels : outputs) * TAPS * weightPitch;
            return new Layout(tile[0] + halo, tile[1] + halo, pitch, weightPitch, outPitch, overlay,
                    HALF_BYTES * (weights + buffers * stage + (overlay ? 0 : results)));
        }

        List<String> defines() {
            return List.of("HALO_ROWS=" + rows, "HALO_COLUMNS=" + columns, "PITCH=" + pitch,
                    "STAGE=" + rows * columns * pitch, "WEIGHT_PITCH=" + weightPitch, "OUT_PITCH=" + outPitch,
                    "OVERLAY=" + (overlay ? 1 : 0));
        }
    }

    /// Tilings of a problem on a device, the one expected to be fastest first; empty if this kernel does not compute
    /// it.
    static List<Tiling> tilings(ConvolutionProblem problem, Device device) {
        if (!serves(problem)) {
            return List.of();
        }
        List<Tiling> tilings = new ArrayList<>();
        for (int blocks = 2; blocks >= 1; blocks--) {
            for (int buffers = 2; buffers >= 1; buffers--) {
                Tiling tiling = tiling(problem, buffers, blocks, device.sharedBytes(blocks));
                if (tiling != null) {
                    tilings.add(tiling);
                }
            }
        }
        return tilings;
    }

    /// Whether this kernel computes a problem on a device of sufficient compute capability.
    static boolean serves(ConvolutionProblem problem) {
        int stride = problem.window().stride();
        return Conv3x3Algorithms.isSupported(problem) && switch (problem.direction()) {
            case FORWARD -> stride == 1;
            case DATA -> stride == 1 || stride == 2;
            case WEIGHT -> false;
        };
    }

    /// Shape of the operand that the kernel reads: x, or the gradient of y.
    private static Shape read(ConvolutionProblem problem) {
        return problem.direction() == Direction.DATA ? problem.y() : problem.x();
    }

    private static Shape written(ConvolutionProblem problem) {
        return problem.direction() == Direction.DATA ? problem.x() : problem.y();
    }

    /// The tiling with the fewest parts that fits in the shared memory; null if none fits.
    private static Tiling tiling(ConvolutionProblem problem, int buffers, int blocks, int mostBytes) {
        int outputs = (int) written(problem).channels();
        int[] tile = tile(problem);
        for (int parts = 1; parts <= outputs / CHANNEL_STEP; parts++) {
            if (outputs % (parts * CHANNEL_STEP) == 0 && outputs / parts <= MOST_OUTPUTS) {
                Layout memory = Layout.of(problem, tile, outputs / parts, buffers);
                if (memory.bytes <= mostBytes) {
                    return new Tiling(tile[0], tile[1], parts, buffers, blocks, memory);
                }
            }
        }
        return null;
    }

    /// Rows and columns of a tile: those with the fewest idle pixels, and then the shortest halo.
    private static int[] tile(ConvolutionProblem problem) {
        long height = read(problem).dim(1);
        long width = read(problem).dim(2);
        int[] best = {};
        long least = Long.MAX_VALUE;
        for (int columns = LEAST_COLUMNS; columns <= MOST_COLUMNS; columns++) {
            int rows = PIXELS / columns;
            long halo = 2L * (rows + columns);
            long cost = Math.ceilDiv(height, rows) * Math.ceilDiv(width, columns) * (4 * PIXELS + halo);
            if (cost < least) {
                least = cost;
                best = new int[] {rows, columns};
            }
        }
        return best;
    }

    /// The launches for these addresses of x, w and y, or of their gradients.
    static List<Launch> bind(ConvolutionProblem problem, Tiling tiling, Device device, Sources sources, Arena memory,
            long x, long w, long y) {
        boolean transposed = problem.direction() == Direction.DATA;
        Shape read = read(problem);
        Shape written = written(problem);
        long tiles = read.dim(0) * Math.ceilDiv(read.dim(1), tiling.rows) * Math.ceilDiv(read.dim(2), tiling.columns);
        long blocks = Math.max(1, (long) device.multiprocessors() * tiling.blocks / tiling.parts);
        List<String> defines = new ArrayList<>(List.of("TYPE_" + problem.type().name(),
                "IN=" + read.channels(), "OUTPUTS=" + written.channels(), "OUT=" + written.channels() / tiling.parts,
                "TRANSPOSED=" + (transposed ? 1 : 0), "STRIDE=" + problem.window().stride(),
                "ADDED=" + (problem.accumulate() ? 1 : 0), "ROWS=" + tiling.rows, "COLUMNS=" + tiling.columns,
                "BUFFERS=" + tiling.buffers, "BLOCKS=" + tiling.blocks, "THREADS=" + THREADS));
        defines.addAll(tiling.memory.defines());
        Launch launch = sources.kernel("convolution/conv3x3.cu", "conv3x3", defines)
                .grid(Math.min(tiles, blocks), tiling.parts, 1).block(THREADS).shared(tiling.memory.bytes);
        return List.of(launch.args(memory, transposed ? y : x, w, transposed ? x : y, (int) read.dim(0),
                (int) read.dim(1), (int) read.dim(2), (int) written.dim(1), (int) written.dim(2)));
    }
}
