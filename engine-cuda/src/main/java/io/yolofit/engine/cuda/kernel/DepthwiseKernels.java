package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.tiling.ElementwiseTiling;
import io.yolofit.engine.cuda.kernel.tiling.ReductionTiling;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import java.util.ArrayList;
import java.util.List;

/// Kernels of depthwise convolutions, which have one channel per group: `depthwise.cu` and
/// `depthwise_weight_gradient.cu`. They are memory-bound; library kernels are designed for matrix products over many
/// channels.
final class DepthwiseKernels {
    private static final int MOST_SIDE = 7;
    private static final int MOST_STRIDE = 2;
    private static final int THREADS = 256; // of a block, of which up to 32 are along the channels
    private static final int WARP = 32;
    private static final int RUN_BYTES = 256; // of a pixel's channels that a block reads at once
    private static final int TILE_ROWS = 8; // lines of a tile, if it is as wide as it may be
    /// Four for each multiprocessor of an H100 or H200: all are resident with up to 64 registers per thread. Others
    /// were not measured. The same on all devices, because the number of blocks determines the order of sums.
    private static final int GRADIENT_BLOCKS = 4 * ReductionTiling.MULTIPROCESSORS;
    /// Side of a window up to which a thread has 16 bytes of channels; it has half and a quarter for 5x5 and 7x7, whose
    /// sums would not fit in its registers.
    private static final int SMALL_SIDE = 3;
    private static final int MIDDLE_SIDE = 5;

    private DepthwiseKernels() {
    }

    /// The convolution to which a node belongs.
    private record Geometry(Shape x, Shape w, Shape y, Window window, DType type) {
        static Geometry of(Conv2d op, Node node) {
            Shape first = node.input(0).shape();
            DType type = node.input(0).dtype();
            return switch (op) {
                case Conv2d.Forward forward -> new Geometry(first, node.input(1).shape(), node.output(0).shape(),
                        forward.window(), type);
                case Conv2d.DataGrad grad -> new Geometry(grad.x(), node.input(1).shape(), first, grad.window(), type);
                case Conv2d.WeightGrad grad -> new Geometry(first, grad.w(), node.input(1).shape(), grad.window(),
                        type);
                case Conv2d.BiasGrad _ -> throw new IllegalArgumentException("a bias gradient has no window");
            };
        }

        boolean isServed() {
            long side = w.dim(1);
            return window.groups() == x.channels() && w.dim(0) == x.channels() && w.channels() == 1
                    && window.dilation() == 1 && window.stride() <= MOST_STRIDE && side == w.dim(2)
                    && side <= MOST_SIDE && window.padding() < side;
        }

        int side() {
            return (int) w.dim(1);
        }

        int channels() {
            return (int) x.channels();
        }

        /// Channels of a thread; 1 if the number of channels forbids wide accesses. Addresses do not count: packed
        /// activations are aligned if their channels are.
        int width() {
            int lanes = ElementwiseTiling.ACCESS_BYTES / type.bytes();
            int width = side() <= SMALL_SIDE ? lanes : side() <= MIDDLE_SIDE ? lanes / 2 : Math.min(lanes / 2, 2);
            return channels() % lanes == 0 ? width : 1;
        }

        /// Pixels of a strip.
        int columns() {
            return width() * side() <= 2 * MOST_SIDE && side() > MIDDLE_SIDE ? 8 : 4;
        }

        /// Threads of a block along the channels: 256 bytes, or fewer if there are fewer channels.
        int pieces() {
            int most = Math.max(1, RUN_BYTES / (width() * type.bytes()));
            int needed = Math.ceilDiv(channels(), width());
            int pieces = 1;
            while (pieces < needed && pieces < Math.min(most, WARP)) {
                pieces *= 2;
            }
            return pieces;
        }

        int blockStrips() {
            return THREADS / pieces();
        }

        long channelBlocks() {
            return Math.ceilDiv(channels(), pieces() * width());
        }

        long strips() {
            return y.dim(0) * y.dim(1) * Math.ceilDiv(y.dim(2), columns());
        }

        /// Blocks over which the strips are split in the weight gradient.
        long splits() {
            return Math.clamp(Math.ceilDiv(strips(), blockStrips()), 1, Math.max(1, GRADIENT_BLOCKS / channelBlocks()));
        }

        String[] defines(String... more) {
            List<String> defines = new ArrayList<>(List.of("WIDTH=" + width(), "SIDE=" + side(),
                    "STRIDE=" + window.stride(), "PADDING=" + window.padding(), "COLUMNS=" + columns(),
                    "PIECES=" + pieces(), "BLOCK_STRIPS=" + blockStrips()));
            defines.addAll(List.of(more));
            return defines.toArray(String[]::new);
        }

        /// Heights and widths of x and y, in the order of the kernels.
        List<Object> lengths() {
            return List.of((int) x.dim(1), (int) x.dim(2), (int) y.dim(1), (int) y.dim(2));
        }
    }

    /// Whether these kernels compute a node, on all devices.
    static boolean serves(Conv2d op, Node node) {
        return !(op instanceof Conv2d.BiasGrad) && Geometry.of(op, node).isServed();
    }

    /// Workspace bytes of a node that these kernels compute: the partial sums of the weight gradient.
    static long workspace(Conv2d op, Node node) {
        Geometry geometry = Geometry.of(op, node);
        return op instanceof Conv2d.WeightGrad ? geometry.splits() * geometry.w().count() * DType.F32.bytes() : 0;
    }

    /// Adds the bias in the epilogue, if there is one.
    static CudaKernel forward(Conv2d.Forward op, KernelContext context) {
        Geometry geometry = Geometry.of(op, context.node());
        DeviceTensor y = context.out(0);
        boolean biased = context.node().inputs().size() == 3;
        int bias = !biased ? 0 : context.in(2).dtype() == DType.F32 ? 1 : 2;
        if (bias == 2 && context.in(2).dtype() != y.dtype()) {
            throw new IllegalArgumentException("a bias of type " + context.in(2).dtype().text() + " for activations of "
                    + y.dtype().text() + ", but it must be f32 or of the same type");
        }
        int strips = tileStrips(geometry, y.dim(2));
        Launch launch = tiles(context.kernel("convolution/depthwise.cu", "depthwise_forward", y.dtype(),
                geometry.defines("BIAS=" + bias)), geometry, geometry.y(), strips);
        return context.launch(launch, arguments(geometry, List.of(context.in(0), context.in(1),
                biased ? context.in(2) : (Object) 0L, y), geometry.channels(), strips));
    }

    /// Adds the existing gradient if the node accumulates; the result may be in place of it.
    static CudaKernel dataGradient(Conv2d.DataGrad op, KernelContext context) {
        Geometry geometry = Geometry.of(op, context.node());
        DeviceTensor dx = context.out(0);
        long existing = op.accumulates(context.node()) ? context.in(op.operands()).address() : 0;
        int strips = tileStrips(geometry, dx.dim(2));
        Launch launch = tiles(context.kernel("convolution/depthwise.cu", "depthwise_data_gradient", dx.dtype(),
                geometry.defines("BIAS=0")), geometry, geometry.x(), strips);
        return context.launch(launch, arguments(geometry, List.of(context.in(0), context.in(1), existing, dx),
                geometry.channels(), strips));
    }

    /// Adds the existing gradient if the node accumulates; the result may be in place of it.
    static CudaKernel weightGradient(Conv2d.WeightGrad op, KernelContext context) {
        Geometry geometry = Geometry.of(op, context.node());
        DeviceTensor x = context.in(0);
        long existing = op.accumulates(context.node()) ? context.in(op.operands()).address() : 0;
        int splits = (int) geometry.splits();
        int strips = Math.toIntExact(geometry.strips());
        String source = "convolution/depthwise_weight_gradient.cu";
        String[] defines = geometry.defines(ReductionTiling.totalDefine());
        Launch partial = context.kernel(source, "depthwise_weight_gradient_partial", x.dtype(), defines)
                .block(geometry.pieces(), geometry.blockStrips()).grid(splits, geometry.channelBlocks(), 1);
        Launch total = ReductionTiling.total(context.kernel(source, "depthwise_weight_gradient_total", x.dtype(),
                defines), geometry.channels(), (long) geometry.side() * geometry.side());
        return context.launch(partial, arguments(geometry, List.of(x, context.in(1), context.workspace()),
                geometry.channels(), strips, Math.ceilDiv(strips, splits)))
                .then(context.launch(total, context.workspace(), existing, context.out(0), splits,
                        geometry.channels()));
    }

    /// Strips of a tile, next to each other.
    private static int tileStrips(Geometry geometry, long width) {
        long across = Math.ceilDiv(width, geometry.columns());
        int most = Math.max(1, geometry.blockStrips() / TILE_ROWS);
        int strips = 1;
        while (strips < across && strips < most) {
            strips *= 2;
        }
        return strips;
    }

    private static Launch tiles(Launch launch, Geometry geometry, Shape written, int strips) {
        int rows = geometry.blockStrips() / strips;
        long tiles = written.dim(0) * Math.ceilDiv(written.dim(1), rows)
                * Math.ceilDiv(written.dim(2), (long) strips * geometry.columns());
        return launch.block(geometry.pieces(), geometry.blockStrips()).grid(tiles, geometry.channelBlocks(), 1);
    }

    private static Object[] arguments(Geometry geometry, List<Object> operands, Object... numbers) {
        List<Object> arguments = new ArrayList<>(operands);
        arguments.addAll(geometry.lengths());
        arguments.addAll(List.of(numbers));
        return arguments.toArray();
    }
}
