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

/// Kernels of a model's first convolution, which reads an image of three channels: `first_conv_forward.cu` and
/// `first_conv_gradient.cu`. They are memory-bound; library kernels are designed for many channels and are 2 to 30
/// times slower here. There is no data gradient, because the image needs none.
final class FirstConvKernels {
    /// Compute capability of the tensor core instructions and asynchronous copies in these kernels.
    static final int CAPABILITY = 80;

    private static final String FORWARD = "convolution/first_conv_forward.cu";
    private static final String GRADIENT = "convolution/first_conv_gradient.cu";
    private static final int MOST_SIDE = 6;
    private static final int MOST_STRIDE = 2;
    private static final int MOST_CHANNELS = 4;
    private static final int MOST_TAPS = 128;
    private static final int MOST_OUTPUTS = 128;
    private static final int LANES = 8; // elements of a 16-byte access
    private static final int FRAGMENT = 16; // elements
    private static final int COLUMNS = 64; // of a tile of pixels

    private static final int THREADS = 256; // eight warps, which split the pixels of a tile
    private static final int OCCUPANCY = 2; // resident blocks of a multiprocessor: up to 128 registers per thread
    /// The resident blocks of an H100 or H200 on all devices, because their number determines the order of sums.
    private static final int GRADIENT_BLOCKS = OCCUPANCY * ReductionTiling.MULTIPROCESSORS;
    private static final int FORWARD_BLOCKS = 6; // per multiprocessor, of which two or three are resident
    /// Most output channels for tiles of four and of two rows in the weight gradient: larger tiles exceed a block's
    /// shared memory.
    private static final int FOUR_ROWS = 16;
    private static final int TWO_ROWS = 48;
    private static final int SMALL_SIDE = 3;

    private FirstConvKernels() {
    }

    /// The shapes of the convolution to which a node belongs, for the forward pass and for the weight gradient.
    private record Geometry(Shape x, Shape w, Shape y, Window window, DType type) {
        int side() {
            return (int) w.dim(1);
        }

        int outputs() {
            return (int) w.dim(0);
        }

        int forwardRows() {
            return side() <= SMALL_SIDE ? 4 : 2;
        }

        int gradientRows() {
            return side() <= SMALL_SIDE && outputs() <= FOUR_ROWS ? 4 : outputs() <= TWO_ROWS ? 2 : 1;
        }

        long tiles(int rows) {
            return y.dim(0) * Math.ceilDiv(y.dim(1), rows) * Math.ceilDiv(y.dim(2), COLUMNS);
        }

        long gradientBlocks() {
            return Math.min(GRADIENT_BLOCKS, tiles(gradientRows()));
        }

        /// Elements before a window, so that pairs of elements start at even elements if windows do.
        long extra() {
            return window.stride() * x.channels() % 2 == 0 ? window.padding() * x.channels() % 2 : 0;
        }

        /// Elements of a line of a window, with padding to an even number.
        long segment() {
            return Math.ceilDiv(extra() + side() * x.channels(), 2) * 2;
        }

        /// Fragments of 16 elements in a window.
        long fragments() {
            return Math.ceilDiv(side() * segment(), FRAGMENT);
        }

        /// Images, heights and widths, in the order of the kernels' last arguments.
        Object[] lengths() {
            return new Object[] {(int) x.dim(0), (int) x.dim(1), (int) x.dim(2), (int) y.dim(1), (int) y.dim(2)};
        }
    }

    private static Geometry geometry(Conv2d.Forward op, Node node) {
        return new Geometry(node.input(0).shape(), node.input(1).shape(), node.output(0).shape(), op.window(),
                node.input(0).dtype());
    }

    private static Geometry geometry(Conv2d.WeightGrad op, Node node) {
        return new Geometry(node.input(0).shape(), op.w(), node.input(1).shape(), op.window(), node.input(0).dtype());
    }

    /// Whether these kernels compute a node, on a device of sufficient compute capability: half precision, few channels
    /// and a small window.
    static boolean serves(Conv2d op, Node node) {
        return switch (op) {
            case Conv2d.Forward forward -> serves(geometry(forward, node));
            case Conv2d.WeightGrad grad -> serves(geometry(grad, node));
            case Conv2d.DataGrad _, Conv2d.BiasGrad _ -> false;
        };
    }

    private static boolean serves(Geometry geometry) {
        Window window = geometry.window();
        long side = geometry.w().dim(1);
        long channels = geometry.w().channels();
        long outputs = geometry.w().dim(0);
        return geometry.type().isHalf() && window.groups() == 1 && window.dilation() == 1
                && window.stride() <= MOST_STRIDE && window.padding() < side && side == geometry.w().dim(2)
                && side <= MOST_SIDE && channels <= MOST_CHANNELS && side * side * channels <= MOST_TAPS
                && outputs <= MOST_OUTPUTS && outputs % LANES == 0;
    }

    /// Workspace bytes of a node that these kernels compute: the partial sums of the weight gradient.
    static long workspace(Conv2d op, Node node) {
        return switch (op) {
            case Conv2d.WeightGrad grad -> {
                Geometry geometry = geometry(grad, node);
                yield geometry.gradientBlocks() * geometry.outputs() * geometry.fragments() * FRAGMENT
                        * DType.F32.bytes();
            }
            case Conv2d.Forward _, Conv2d.DataGrad _, Conv2d.BiasGrad _ -> 0;
        };
    }

    /// Adds the bias in the epilogue, if there is one.
    static CudaKernel forward(Conv2d.Forward op, KernelContext context) {
        Geometry geometry = geometry(op, context.node());
        DeviceTensor x = context.in(0);
        DeviceTensor y = aligned(context.out(0), "the output");
        boolean biased = context.node().inputs().size() == 3;
        int bias = !biased ? 0 : context.in(2).dtype() == DType.F32 ? 1 : 2;
        if (bias == 2 && context.in(2).dtype() != y.dtype()) {
            throw new IllegalArgumentException("a bias of type " + context.in(2).dtype().text() + " for activations of "
                    + y.dtype().text() + ", but it must be f32 or of the same type");
        }
        long blocks = Math.min((long) FORWARD_BLOCKS * context.device().multiprocessors(),
                geometry.tiles(geometry.forwardRows()));
        Launch launch = context.kernel(FORWARD, "first_conv_forward", x.dtype(),
                defines(geometry, geometry.forwardRows(), x, "BIAS=" + bias)).block(THREADS).grid(blocks);
        return context.launch(launch, arguments(geometry, x, context.in(1), biased ? context.in(2) : (Object) 0L, y));
    }

    /// Adds the existing gradient if the node accumulates; the result may be in place of it.
    static CudaKernel weightGradient(Conv2d.WeightGrad op, KernelContext context) {
        Geometry geometry = geometry(op, context.node());
        DeviceTensor x = context.in(0);
        DeviceTensor dy = aligned(context.in(1), "the gradient of the output");
        DeviceTensor dw = context.out(0);
        long existing = op.accumulates(context.node()) ? context.in(op.operands()).address() : 0;
        String[] defines = defines(geometry, geometry.gradientRows(), x, ReductionTiling.totalDefine());
        long blocks = geometry.gradientBlocks();
        Launch partial = context.kernel(GRADIENT, "first_conv_gradient_partial", x.dtype(), defines)
                .block(THREADS).grid(blocks);
        Launch total = ReductionTiling.total(context.kernel(GRADIENT, "first_conv_gradient_total",
                x.dtype(), defines), dw.count());
        return context.launch(partial, arguments(geometry, x, dy, context.workspace()))
                .then(context.launch(total, context.workspace(), existing, dw, (int) blocks));
    }

    private static Object[] arguments(Geometry geometry, Object... operands) {
        List<Object> arguments = new ArrayList<>(List.of(operands));
        arguments.addAll(List.of(geometry.lengths()));
        return arguments.toArray();
    }

    private static String[] defines(Geometry geometry, int rows, DeviceTensor x, String... more) {
        boolean vector = x.address() % ElementwiseTiling.ACCESS_BYTES == 0 && x.dim(2) * x.channels() % LANES == 0;
        List<String> defines = new ArrayList<>(List.of("CHANNELS=" + x.channels(), "OUTPUTS=" + geometry.outputs(),
                "SIDE=" + geometry.side(), "STRIDE=" + geometry.window().stride(),
                "PADDING=" + geometry.window().padding(), "ROWS=" + rows, "COLUMNS=" + COLUMNS,
                "EXTRA=" + geometry.extra(), "SEGMENT=" + geometry.segment(), "FRAGMENTS=" + geometry.fragments(),
                "THREADS=" + THREADS, "OCCUPANCY=" + OCCUPANCY, "VECTOR=" + (vector ? 1 : 0)));
        defines.addAll(List.of(more));
        return defines.toArray(String[]::new);
    }

    private static DeviceTensor aligned(DeviceTensor operand, String name) {
        if (operand.address() % ElementwiseTiling.ACCESS_BYTES != 0) {
            throw new IllegalStateException(name + " of a first convolution has address " + operand.address()
                    + ", but its kernels need a multiple of " + ElementwiseTiling.ACCESS_BYTES
                    + ": assign it a buffer of its own");
        }
        return operand;
    }
}
