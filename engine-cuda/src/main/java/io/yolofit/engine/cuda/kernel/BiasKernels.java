package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Conv2d;

/// Kernels of the biases of convolutions: source `convolution/bias.cu`.
final class BiasKernels {
    private static final String SOURCE = "convolution/bias.cu";
    private static final int MOST_CHUNKS = 512; // a block of 32x32 threads sums them with 16 loads per thread
    private static final int FEWEST_ROWS = 64; // of a chunk

    private BiasKernels() {
    }

    /// `y[row,c] += b[c]` in place, optionally followed by SiLU.
    ///
    /// @param b vector of fp32 or of the type of y
    static CudaKernel biasAdd(DeviceTensor y, DeviceTensor b, boolean silu, KernelContext context) {
        if (b.dtype() != DType.F32 && b.dtype() != y.dtype()) {
            throw new IllegalArgumentException("a bias of type " + b.dtype().text() + " for activations of "
                    + y.dtype().text() + ", but it must be f32 or of the same type");
        }
        String[] defines = biasDefines(b.dtype(), silu);
        ElementwiseTiling tiling = ElementwiseTiling.ofChannels(ElementwiseTiling.lanes(y), y);
        ElementwiseTiling run = ElementwiseTiling.of(ElementwiseTiling.lanes(y), y);
        if (tiling.width() == 1 && run.width() > 1) { // packed rows whose length is not a multiple of 16 bytes
            return context.launch(run.kernel(context, SOURCE, "bias_flat", y.dtype(), defines), y, b, run.count(),
                    run.columnCount(), (int) y.channels());
        }
        return context.launch(tiling.kernel(context, SOURCE, "bias_rows", y.dtype(), defines), y, b, tiling.count(),
                tiling.columnCount(), tiling.pitch(y));
    }

    private static String[] biasDefines(DType type, boolean silu) {
        return new String[] {"BIAS=" + (type == DType.F32 ? 1 : 2), "SILU=" + (silu ? 1 : 0),
            "THREADS=" + ElementwiseTiling.THREADS, ReductionTiling.totalDefine()};
    }

    /// Workspace bytes of [#biasGrad]: partial sums of every channel.
    static long biasGradWorkspace(Node node) {
        long channels = node.input(0).shape().channels();
        return chunks(node.input(0).shape().count() / channels) * channels * DType.F32.bytes();
    }

    private static long chunks(long rows) {
        return Math.clamp(Math.ceilDiv(rows, FEWEST_ROWS), 1, MOST_CHUNKS);
    }

    static CudaKernel biasGrad(Conv2d.BiasGrad op, KernelContext context) {
        DeviceTensor dy = context.in(0);
        DeviceTensor db = context.out(0);
        long existing = op.accumulates(context.node()) ? context.in(op.operands()).address() : 0;
        int width = dy.vectorized() ? ElementwiseTiling.lanes(dy) : 1;
        long chunks = chunks(dy.rows());
        long pieces = Math.ceilDiv(dy.channels(), width);
        long columnBlocks = Math.ceilDiv(pieces, ElementwiseTiling.THREADS);
        int x = (int) Math.ceilDiv(pieces, columnBlocks);
        int channels = (int) dy.channels();
        String[] defines = ElementwiseTiling.defines(width, biasDefines(DType.F32, false));
        CudaKernel partial = context.launch(context.kernel(SOURCE, "bias_gradient_partial", dy.dtype(), defines)
                .block(x, ElementwiseTiling.THREADS / x).grid(chunks, columnBlocks, 1), dy, context.workspace(),
                Math.toIntExact(dy.rows()), channels, dy.pitch(), (int) Math.ceilDiv(dy.rows(), chunks));
        Launch total = context.kernel(SOURCE, "bias_gradient_total", dy.dtype(), defines);
        return partial.then(context.launch(ReductionTiling.total(total, channels), context.workspace(), existing, db,
                (int) chunks, channels));
    }
}
