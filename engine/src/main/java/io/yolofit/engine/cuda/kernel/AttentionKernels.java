package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.Softmax;

/// Kernels of what attention is made of: sources matmul_mma.cu, matmul.cu, softmax.cu.
final class AttentionKernels {
    /// Tensor cores and asynchronous copies as matmul_mma.cu uses them.
    private static final int CAPABILITY = 80;

    private static final int TILE = 64; // rows of a block, and its columns unless there are few
    private static final int NARROW_TILE = 32; // columns
    private static final int MMA_THREADS = 128;
    private static final int THREADS = 256;
    private static final int WARP = 32;

    private AttentionKernels() {
    }

    static CudaKernel product(MatMul op, Site site) {
        return product(op, site, site.device().capability() >= CAPABILITY);
    }

    /// @param tensorCores whether the device has those that halves need
    static CudaKernel product(MatMul op, Site site, boolean tensorCores) {
        Operand a = site.in(0);
        Operand b = site.in(1);
        Operand y = site.out(0);
        Operand existing = op.accumulates(site.node()) ? site.in(op.operands()) : new Operand(0, y.type(), y.pitch());
        long rows = op.leftTransposed() ? a.channels() : pixels(a);
        long columns = op.rightTransposed() ? pixels(b) : b.channels();
        long terms = op.leftTransposed() ? pixels(a) : a.channels();
        boolean mma = tensorCores && y.dtype().isHalf();
        int tile = mma && columns <= NARROW_TILE ? NARROW_TILE : TILE;
        Launch launch = mma ? tensorCoreKernel(op, site, tile, a, b, existing, y).block(MMA_THREADS)
                : site.kernel("matmul.cu", "matmul", y.dtype(), leftDefine(op), rightDefine(op)).block(THREADS);
        launch.grid(Math.ceilDiv(columns, tile), Math.ceilDiv(rows, TILE), y.dim(0));
        return site.launch(launch, a, b, existing, y, Math.toIntExact(rows), Math.toIntExact(columns),
                Math.toIntExact(terms), a.pitch(), b.pitch(), existing.pitch(), y.pitch(), (float) op.scale());
    }

    private static Launch tensorCoreKernel(MatMul op, Site site, int tile, Operand a, Operand b, Operand existing,
            Operand y) {
        boolean paired = width(y) > 1 && width(existing) > 1;
        return site.kernel("matmul_mma.cu", "matmul_mma", y.dtype(), leftDefine(op), rightDefine(op),
                "WIDTH_A=" + width(a), "WIDTH_B=" + width(b), "COLUMNS=" + tile, "PAIRED=" + (paired ? 1 : 0));
    }

    private static String leftDefine(MatMul op) {
        return "LEFT_TRANSPOSED=" + (op.leftTransposed() ? 1 : 0);
    }

    private static String rightDefine(MatMul op) {
        return "RIGHT_TRANSPOSED=" + (op.rightTransposed() ? 1 : 0);
    }

    private static long pixels(Operand images) {
        return images.dim(1) * images.dim(2);
    }

    /// Elements that can be moved at once, wherever a row is begun at a multiple of as many.
    private static int width(Operand operand) {
        int width = Rows.lanes(operand);
        while (width > 1 && (operand.address() % ((long) width * operand.dtype().bytes()) != 0
                || operand.channels() % width != 0 || operand.pitch() % width != 0)) {
            width /= 2;
        }
        return width;
    }

    static CudaKernel softmax(Softmax op, Site site) {
        Operand out = site.out(0);
        long rows = out.rows();
        int columns = Math.toIntExact(out.channels());
        return switch (op) {
            case Softmax.Forward() -> {
                Operand x = site.in(0);
                yield site.launch(softmaxLaunch("softmax_forward", site, x, out), x, out, rows, columns, x.pitch(),
                        out.pitch());
            }
            case Softmax.Gradient() -> {
                Operand dy = site.in(0);
                Operand y = site.in(1);
                yield site.launch(softmaxLaunch("softmax_gradient", site, dy, y, out), dy, y, out, rows, columns,
                        dy.pitch(), y.pitch(), out.pitch());
            }
        };
    }

    private static Launch softmaxLaunch(String entry, Site site, Operand... operands) {
        Rows rows = Rows.ofChannels(Rows.lanes(operands[0]), operands);
        int warps = THREADS / WARP;
        return site.kernel("softmax.cu", entry, operands[0].dtype(), rows.define()).block(WARP, warps)
                .grid(Math.ceilDiv(operands[0].rows(), warps));
    }
}
