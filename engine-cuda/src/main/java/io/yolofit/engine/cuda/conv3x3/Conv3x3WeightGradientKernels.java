package io.yolofit.engine.cuda.conv3x3;

import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem.Direction;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.driver.Sources;
import java.lang.foreign.Arena;
import java.util.List;

/// Kernels of the weight gradient of 3x3 convolutions with few channels: source conv3x3_weight_gradient.cu. Library
/// kernels are designed for many channels and reach a tenth to a third of the device's peak here.
final class Conv3x3WeightGradientKernels {
    private static final String SOURCE = "convolution/conv3x3_weight_gradient.cu";

    private static final int ACCESS_BYTES = 16;
    private static final int MOST_STAGES = 3; // tiles in shared memory, loaded or being copied
    private static final int TOTAL_SIDE = 32; // threads of a block that sums partial sums, along each axis at most
    private static final int TOTAL_ELEMENTS = 4 * TOTAL_SIDE; // of a block
    private static final int TOTAL_SPLITS = 4; // of a thread, while the block has fewer than its most threads

    private Conv3x3WeightGradientKernels() {
    }

    /// Whether this kernel computes a problem on a device.
    static boolean serves(ConvolutionProblem problem, Device device) {
        return device.sharedBytes(1) >= Conv3x3WeightGradientTiling.SHARED_BYTES && serves(problem);
    }

    /// Whether this kernel computes a problem on a device with enough shared memory.
    static boolean serves(ConvolutionProblem problem) {
        return Conv3x3Algorithms.isSupported(problem) && problem.direction() == Direction.WEIGHT
                && problem.window().stride() == 1 && !problem.accumulate();
    }

    /// Workspace bytes of a problem that this kernel computes: the partial sums of split-K, the same for all devices.
    static long workspace(ConvolutionProblem problem) {
        return Conv3x3WeightGradientTiling.of(problem).splits(problem) * problem.w().count() * Float.BYTES;
    }

    /// The launches for these addresses, which must be multiples of 16 bytes.
    ///
    /// @param dw address of the weight gradient, of the activations' type
    static List<Launch> bind(ConvolutionProblem problem, Device device, Sources sources, Arena memory, long x, long dw,
            long dy, long workspace) {
        requireAligned(problem, "x", x);
        requireAligned(problem, "the weight gradient", dw);
        requireAligned(problem, "the gradient of y", dy);
        requireAligned(problem, "the workspace", workspace);
        Conv3x3WeightGradientTiling tiling = Conv3x3WeightGradientTiling.of(problem);
        int splits = tiling.splits(problem);
        int stages = tiling.sharedBytes(MOST_STAGES) <= device.sharedBytes(tiling.occupancy()) ? MOST_STAGES : 2;
        List<String> defines = defines(problem, tiling, stages);
        Launch partial = sources.kernel(SOURCE, "conv3x3_weight_gradient_partial", defines)
                .grid(splits, tiling.parts(problem), 1).block(tiling.threads()).shared(tiling.sharedBytes(stages))
                .args(memory, x, dy, workspace, (int) problem.x().dim(0), (int) problem.x().dim(1),
                        (int) problem.x().dim(2));
        Launch total = sources.kernel(SOURCE, "conv3x3_weight_gradient_total", defines)
                .grid(problem.w().count() / TOTAL_ELEMENTS)
                .block(TOTAL_SIDE, Math.clamp(splits / TOTAL_SPLITS, 1, TOTAL_SIDE))
                .args(memory, workspace, dw, splits);
        return List.of(partial, total);
    }

    private static List<String> defines(ConvolutionProblem problem, Conv3x3WeightGradientTiling tiling, int stages) {
        return List.of("TYPE_" + problem.type().name(), "OUTPUTS=" + problem.w().dim(0),
                "CHANNELS=" + problem.w().channels(), "OUTPUT_TILES=" + tiling.outputTiles(),
                "CHANNEL_TILES=" + tiling.channelTiles(), "OUTPUT_WARPS=" + tiling.outputWarps(),
                "CHANNEL_WARPS=" + tiling.channelWarps(), "PIXEL_WARPS=" + tiling.pixelWarps(), "ROWS=" + tiling.rows(),
                "COLUMNS=" + tiling.columns(), "RUN=" + tiling.run(), "STAGES=" + stages,
                "OCCUPANCY=" + tiling.occupancy(), "THREADS=" + tiling.threads(), "OUTPUT_PART=" + tiling.outputPart(),
                "CHANNEL_PART=" + tiling.channelPart(), "DY_PITCH=" + tiling.dyPitch(), "X_PITCH=" + tiling.xPitch(),
                "STAGE=" + tiling.stage(), "TOTAL_SIDE=" + TOTAL_SIDE);
    }

    private static void requireAligned(ConvolutionProblem problem, String name, long address) {
        if (address % ACCESS_BYTES != 0) {
            throw new IllegalStateException(name + " of " + problem.key() + " has address " + address
                    + ", but conv3x3_weight_gradient.cu needs a multiple of " + ACCESS_BYTES
                    + ": assign it a buffer of its own");
        }
    }
}
