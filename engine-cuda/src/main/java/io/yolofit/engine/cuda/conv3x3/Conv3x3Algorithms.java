package io.yolofit.engine.cuda.conv3x3;

import io.yolofit.engine.cuda.dnn.ConvolutionAlgorithm;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.driver.Sources;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import java.lang.foreign.Arena;
import java.util.List;

/// Our own algorithms for 3x3 convolutions with few channels, candidates of the autotuner next to cuDNN's.
///
/// @param memory for kernel arguments; lives as long as the engine
public record Conv3x3Algorithms(Device device, Sources sources, Arena memory) implements ConvolutionAlgorithm.Source {
    /// Compute capability of the tensor core instructions and asynchronous copies.
    private static final int CAPABILITY = 80;
    private static final int SIDE = 3;
    private static final int CHANNEL_STEP = 16;
    private static final int MOST_CHANNELS = 192;

    @Override
    public List<ConvolutionAlgorithm> algorithms(ConvolutionProblem problem) {
        if (device.capability() < CAPABILITY) {
            return List.of();
        }
        if (Conv3x3WeightGradientKernels.serves(problem, device)) {
            return List.of(new Algorithm(problem, "conv3x3.weight_gradient", (x, w, y, workspace) ->
                    Conv3x3WeightGradientKernels.bind(problem, device, sources, memory, x, w, y, workspace)));
        }
        return Conv3x3Kernels.tilings(problem, device).stream().map(tiling -> (ConvolutionAlgorithm) new Algorithm(
                problem, tiling.name(), (x, w, y, _) ->
                Conv3x3Kernels.bind(problem, tiling, device, sources, memory, x, w, y))).toList();
    }

    /// The requirements that all of these kernels share: half precision, a 3x3 window with padding 1, few channels in
    /// multiples of 16, and images whose elements can be indexed in 32 bits.
    static boolean isSupported(ConvolutionProblem problem) {
        Window window = problem.window();
        Shape w = problem.w();
        return problem.type().isHalf() && w.dim(1) == SIDE && w.dim(2) == SIDE && window.padding() == 1
                && window.dilation() == 1 && window.groups() == 1 && isFew(w.dim(0)) && isFew(w.channels())
                && isIndexable(problem.x()) && isIndexable(problem.y());
    }

    private static boolean isFew(long channels) {
        return channels % CHANNEL_STEP == 0 && channels <= MOST_CHANNELS;
    }

    private static boolean isIndexable(Shape images) {
        return images.count() / images.dim(0) <= Integer.MAX_VALUE;
    }

    /// Gives kernels their addresses.
    @FunctionalInterface
    private interface Binding {
        List<Launch> bind(long x, long w, long y, long workspace);
    }

    private record Algorithm(ConvolutionProblem problem, String name,
            Binding binding) implements ConvolutionAlgorithm {
        @Override
        public Bound bind(long x, long w, long y, long workspace) {
            return new Ready(binding.bind(x, w, y, workspace));
        }

        @Override
        public void close() {
            // the device owns the code, the engine owns the arguments
        }
    }

    private record Ready(List<Launch> launches) implements ConvolutionAlgorithm.Bound {
        @Override
        public void enqueue(Stream stream) {
            launches.forEach(launch -> launch.enqueue(stream));
        }

        @Override
        public void close() {
            // as above
        }
    }
}
