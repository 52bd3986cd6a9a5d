package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.Silu;

/// Kernels of activations, biases and the fold: sources silu.cu, bias.cu, fold.cu.
final class PointwiseKernels {
    private static final int MOST_CHUNKS = 512; // what a block of 32x32 sums with 16 reads a thread
    private static final int FEWEST_ROWS = 64; // of a chunk
    private static final int TOTAL_SIDE = 32; // SIDE in bias.cu
    private static final int FOLD_COLUMNS = 32;
    private static final int FOLD_TAPS = 8;

    private PointwiseKernels() {
    }

    static CudaKernel silu(Silu op, Site site) {
        Operand out = site.out(0);
        return switch (op) {
            case Silu.Forward() -> {
                Operand x = site.in(0);
                Rows rows = Rows.of(Rows.lanes(out), x, out);
                yield site.launch(rows.over(site.kernel("silu.cu", "silu_forward", out.dtype(), rows.define())), x,
                        out, rows.count(), rows.columnCount(), rows.pitch(x), rows.pitch(out));
            }
            case Silu.Gradient() -> {
                Operand da = site.in(0);
                Operand x = site.in(1);
                Rows rows = Rows.of(Rows.lanes(out), da, x, out);
                yield site.launch(rows.over(site.kernel("silu.cu", "silu_gradient", out.dtype(), rows.define())), da,
                        x, out, rows.count(), rows.columnCount(), rows.pitch(da), rows.pitch(x), rows.pitch(out));
            }
        };
    }

    /// `y[row,c] += b[c]` in place, perhaps followed by SiLU.
    ///
    /// @param b of fp32 or of the type of y
    static CudaKernel biasAdd(Operand y, Operand b, boolean silu, Site site) {
        if (b.dtype() != DType.F32 && b.dtype() != y.dtype()) {
            throw new IllegalArgumentException("a bias of " + b.dtype().text() + " for " + y.dtype().text()
                    + ", but it must be f32 or of the same type");
        }
        String type = b.dtype() == DType.F32 ? "BIAS_F32" : "BIAS_T";
        String activation = "SILU=" + (silu ? 1 : 0);
        Rows rows = Rows.ofChannels(Rows.lanes(y), y);
        Rows run = Rows.of(Rows.lanes(y), y);
        if (rows.width() == 1 && run.width() > 1) { // packed rows whose channels do not fill 16 bytes
            return site.launch(run.over(site.kernel("bias.cu", "bias_flat", y.dtype(), type, activation,
                    run.define())), y, b, run.count(), run.columnCount(), (int) y.channels());
        }
        return site.launch(rows.over(site.kernel("bias.cu", "bias_rows", y.dtype(), type, activation,
                rows.define())), y, b, rows.count(), rows.columnCount(), rows.pitch(y));
    }

    /// Bytes of scratch of [#biasGrad]: partial sums of every channel.
    static long biasGradWorkspace(Node node) {
        long channels = node.input(0).shape().channels();
        return chunks(node.input(0).shape().count() / channels) * channels * DType.F32.bytes();
    }

    private static long chunks(long rows) {
        return Math.clamp(Math.ceilDiv(rows, FEWEST_ROWS), 1, MOST_CHUNKS);
    }

    static CudaKernel biasGrad(Conv2d.BiasGrad op, Site site) {
        Operand dy = site.in(0);
        Operand db = site.out(0);
        long existing = op.accumulates(site.node()) ? site.in(op.operands()).address() : 0;
        int width = dy.vectorised() ? Rows.lanes(dy) : 1;
        long chunks = chunks(dy.rows());
        long pieces = Math.ceilDiv(dy.channels(), width);
        long columnBlocks = Math.ceilDiv(pieces, Rows.THREADS);
        int x = (int) Math.ceilDiv(pieces, columnBlocks);
        int channels = (int) dy.channels();
        CudaKernel partial = site.launch(site.kernel("bias.cu", "bias_gradient_partial", dy.dtype(), "BIAS_F32",
                "SILU=0", "WIDTH=" + width).block(x, Rows.THREADS / x).grid(chunks, columnBlocks, 1), dy,
                site.workspace(), Math.toIntExact(dy.rows()), channels, dy.pitch(),
                (int) Math.ceilDiv(dy.rows(), chunks));
        CudaKernel total = site.launch(site.kernel("bias.cu", "bias_gradient_total", dy.dtype(), "BIAS_F32",
                "SILU=0", "WIDTH=" + width).block(TOTAL_SIDE, TOTAL_SIDE).grid(Math.ceilDiv(channels, TOTAL_SIDE)),
                site.workspace(), existing, db, (int) chunks, channels);
        return partial.then(total);
    }

    static CudaKernel fold(FoldBatchNorm op, Site site) {
        Operand w = site.in(0);
        Operand weight = site.out(0);
        long outputs = w.dim(0);
        long taps = w.rows() / outputs;
        return site.launch(site.kernel("fold.cu", "fold", op.dtype()).block(FOLD_COLUMNS, FOLD_TAPS)
                .grid(outputs, Math.ceilDiv(taps, FOLD_TAPS), 1), w, site.in(1), site.in(2), site.in(3), site.in(4),
                weight, site.out(1), (float) op.epsilon(), (int) taps, (int) w.channels(), w.pitch(), weight.pitch());
    }
}
