package io.yolofit.engine.cuda.conv3x3;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem.Direction;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.driver.Sources;
import java.lang.foreign.Arena;
import java.util.List;

/// Kernels of the weights' gradient of 3x3 convolutions with few channels, `conv3x3_weight_gradient.cu`: there a
/// library's kernels, made for many channels, reach a tenth to a third of what the device can do.
final class Conv3x3WeightGradientKernels {
    private static final String SOURCE = "conv3x3_weight_gradient.cu";

    private static final int ACCESS_BYTES = 16;
    private static final int MOST_STAGES = 3; // tiles that are there or under way
    private static final int TOTAL_WIDTH = 32; // threads, in conv3x3_weight_gradient.cu
    private static final int TOTAL_HEIGHT = 32;
    private static final int TOTAL_ELEMENTS = 128; // of a block
    private static final int TOTAL_SPLITS = 4; // of a thread, if there are threads enough

    private Conv3x3WeightGradientKernels() {
    }

    /// Whether this kernel computes a problem on a device.
    static boolean serves(ConvolutionProblem problem, Device device) {
        return device.sharedBytes(1) >= Conv3x3WeightGradientTiling.SHARED_BYTES && serves(problem);
    }

    /// Whether it computes a problem on the devices that can run it.
    static boolean serves(ConvolutionProblem problem) {
        return Conv3x3Algorithms.isWindow(problem) && problem.direction() == Direction.WEIGHT
                && problem.window().stride() == 1 && !problem.accumulate();
    }

    /// Scratch memory of a problem that is served: partial sums, the same for all devices.
    static long workspace(ConvolutionProblem problem) {
        return Conv3x3WeightGradientTiling.of(problem).splits(problem) * problem.w().count() * Float.BYTES;
    }

    /// A problem that is served, with the addresses of its operands, all multiples of 16 bytes.
    ///
    /// @param dw in the activations' type
    static List<Launch> bind(ConvolutionProblem problem, Device device, Sources sources, Arena memory, long x, long dw,
            long dy, long workspace) {
        requireAligned(problem, "x", x);
        requireAligned(problem, "the gradient of w", dw);
        requireAligned(problem, "the gradient of y", dy);
        requireAligned(problem, "the workspace", workspace);
        Conv3x3WeightGradientTiling tiles = Conv3x3WeightGradientTiling.of(problem);
        int splits = tiles.splits(problem);
        int stages = tiles.sharedBytes(MOST_STAGES) <= device.sharedBytes(tiles.occupancy()) ? MOST_STAGES : 2;
        List<String> defines = defines(problem, tiles, stages);
        Launch partial = sources.kernel(SOURCE, "conv3x3_weight_gradient_partial", defines)
                .grid(splits, tiles.parts(problem), 1).block(tiles.threads()).shared(tiles.sharedBytes(stages))
                .args(memory, x, dy, workspace, (int) problem.x().dim(0), (int) problem.x().dim(1),
                        (int) problem.x().dim(2));
        Launch total = sources.kernel(SOURCE, "conv3x3_weight_gradient_total", defines)
                .grid(problem.w().count() / TOTAL_ELEMENTS)
                .block(TOTAL_WIDTH, Math.clamp(splits / TOTAL_SPLITS, 1, TOTAL_HEIGHT))
                .args(memory, workspace, dw, splits);
        return List.of(partial, total);
    }

    private static List<String> defines(ConvolutionProblem problem, Conv3x3WeightGradientTiling tiles, int stages) {
        return List.of("TYPE_" + problem.type().name(), "OUTPUTS=" + problem.w().dim(0),
                "CHANNELS=" + problem.w().channels(), "OUTPUT_TILES=" + tiles.outputTiles(),
                "CHANNEL_TILES=" + tiles.channelTiles(), "OUTPUT_WARPS=" + tiles.outputWarps(),
                "CHANNEL_WARPS=" + tiles.channelWarps(), "GROUPS=" + tiles.groups(), "ROWS=" + tiles.rows(),
                "COLUMNS=" + tiles.columns(), "RUN=" + tiles.run(), "STAGES=" + stages,
                "OCCUPANCY=" + tiles.occupancy());
    }

    private static void requireAligned(ConvolutionProblem problem, String name, long address) {
        if (address % ACCESS_BYTES != 0) {
            throw new IllegalStateException(name + " of " + problem.key() + " begins at address " + address
                    + ", but conv3x3_weight_gradient.cu needs a multiple of " + ACCESS_BYTES
                    + ": plan it as a buffer of its own");
        }
    }
}
