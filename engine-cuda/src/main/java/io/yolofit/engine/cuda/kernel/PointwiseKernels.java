package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.tiling.ElementwiseTiling;
import io.yolofit.engine.cuda.kernel.tiling.ReductionTiling;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.SumConvolutions;

/// Kernels of activations, biases and folding: sources in `pointwise`.
final class PointwiseKernels {
    private static final String ACTIVATION = "pointwise/activation.cu";
    private static final String BIAS = "pointwise/bias.cu";
    private static final int MOST_CHUNKS = 512; // a block of 32x32 threads sums them with 16 loads per thread
    private static final int FEWEST_ROWS = 64; // of a chunk
    private static final int FOLD_COLUMNS = 32;
    private static final int FOLD_TAPS = 8;

    private PointwiseKernels() {
    }

    static CudaKernel silu(Silu op, KernelContext context) {
        DeviceTensor out = context.out(0);
        return switch (op) {
            case Silu.Forward() -> {
                DeviceTensor x = context.in(0);
                ElementwiseTiling tiling = ElementwiseTiling.of(ElementwiseTiling.lanes(out), x, out);
                yield context.launch(tiling.kernel(context, ACTIVATION, "silu_forward", out.dtype()), x, out,
                        tiling.count(), tiling.columnCount(), tiling.pitch(x), tiling.pitch(out));
            }
            case Silu.Gradient() -> {
                DeviceTensor da = context.in(0);
                DeviceTensor x = context.in(1);
                ElementwiseTiling tiling = ElementwiseTiling.of(ElementwiseTiling.lanes(out), da, x, out);
                yield context.launch(tiling.kernel(context, ACTIVATION, "silu_gradient", out.dtype()), da, x, out,
                        tiling.count(), tiling.columnCount(), tiling.pitch(da), tiling.pitch(x), tiling.pitch(out));
            }
        };
    }

    static CudaKernel leaky(LeakyRelu op, KernelContext context) {
        DeviceTensor out = context.out(0);
        float slope = (float) op.slope();
        return switch (op) {
            case LeakyRelu.Forward _ -> {
                DeviceTensor x = context.in(0);
                ElementwiseTiling tiling = ElementwiseTiling.of(ElementwiseTiling.lanes(out), x, out);
                yield context.launch(tiling.kernel(context, ACTIVATION, "leaky_relu_forward", out.dtype()), x,
                        out, tiling.count(), tiling.columnCount(), tiling.pitch(x), tiling.pitch(out), slope);
            }
            case LeakyRelu.Gradient _ -> {
                DeviceTensor da = context.in(0);
                DeviceTensor x = context.in(1);
                ElementwiseTiling tiling = ElementwiseTiling.of(ElementwiseTiling.lanes(out), da, x, out);
                yield context.launch(tiling.kernel(context, ACTIVATION, "leaky_relu_gradient", out.dtype()), da,
                        x, out, tiling.count(), tiling.columnCount(), tiling.pitch(da), tiling.pitch(x),
                        tiling.pitch(out), slope);
            }
        };
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
            return context.launch(run.kernel(context, BIAS, "bias_flat", y.dtype(), defines), y, b, run.count(),
                    run.columnCount(), (int) y.channels());
        }
        return context.launch(tiling.kernel(context, BIAS, "bias_rows", y.dtype(), defines), y, b, tiling.count(),
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
        CudaKernel partial = context.launch(context.kernel(BIAS, "bias_gradient_partial", dy.dtype(), defines)
                .block(x, ElementwiseTiling.THREADS / x).grid(chunks, columnBlocks, 1), dy, context.workspace(),
                Math.toIntExact(dy.rows()), channels, dy.pitch(), (int) Math.ceilDiv(dy.rows(), chunks));
        Launch total = context.kernel(BIAS, "bias_gradient_total", dy.dtype(), defines);
        return partial.then(context.launch(ReductionTiling.total(total, channels), context.workspace(), existing, db,
                (int) chunks, channels));
    }

    static CudaKernel sum(SumConvolutions op, KernelContext context) {
        DeviceTensor w = context.in(0);
        DeviceTensor v = context.in(2);
        DeviceTensor weight = context.out(0);
        long taps = w.dim(1) * w.dim(2);
        Launch launch = context.kernel("pointwise/sum_convolutions.cu", "sum_convolutions", op.dtype())
                .block(FOLD_COLUMNS, FOLD_TAPS).grid(w.dim(0), Math.ceilDiv(taps, FOLD_TAPS), 1);
        return context.launch(launch, w, context.in(1), v, context.in(3), weight, context.out(1), (int) w.dim(1),
                (int) w.dim(2), (int) v.dim(1), (int) v.dim(2), (int) w.channels(), w.pitch(), v.pitch(),
                weight.pitch());
    }

    static CudaKernel fold(FoldBatchNorm op, KernelContext context) {
        DeviceTensor w = context.in(0);
        DeviceTensor weight = context.out(0);
        long outputs = w.dim(0);
        long taps = w.rows() / outputs;
        Launch launch = context.kernel("pointwise/fold_batch_norm.cu", "fold_batch_norm", op.dtype())
                .block(FOLD_COLUMNS, FOLD_TAPS).grid(outputs, Math.ceilDiv(taps, FOLD_TAPS), 1);
        return context.launch(launch, w, context.in(1), context.in(2), context.in(3), context.in(4), weight,
                context.out(1), (float) op.epsilon(), (int) taps, (int) w.channels(), w.pitch(), weight.pitch());
    }
}
