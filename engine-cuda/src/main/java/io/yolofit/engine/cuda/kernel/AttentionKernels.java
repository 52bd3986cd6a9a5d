package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.tiling.ElementwiseTiling;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.Softmax;

/// Kernels of [MatMul] and [Softmax], the ops of attention: sources in `attention`.
final class AttentionKernels {
    /// Compute capability of the tensor core instructions and asynchronous copies in matmul_mma.cu.
    private static final int CAPABILITY = 80;

    private static final int TILE = 64; // rows of a block's tile, and its columns
    private static final int NARROW_TILE = 32; // columns of a block's tile for narrow matrices
    /// Four warps, two along either side of a tile. 95 registers: five blocks are resident.
    private static final int MMA_THREADS = 128;
    /// 16 x 16 threads with 4 x 4 elements of a tile each. At two resident blocks a thread may have 128 registers; it
    /// has 96 with f32. Softmax has a warp for each row, eight in a block.
    private static final int THREADS = 256;
    private static final int WARP = 32;

    private AttentionKernels() {
    }

    static CudaKernel product(MatMul op, KernelContext context) {
        return product(op, context, context.device().capability() >= CAPABILITY);
    }

    /// @param tensorCores whether the device has tensor cores for half precision
    static CudaKernel product(MatMul op, KernelContext context, boolean tensorCores) {
        DeviceTensor a = context.in(0);
        DeviceTensor b = context.in(1);
        DeviceTensor y = context.out(0);
        DeviceTensor existing = op.accumulates(context.node()) ? context.in(op.operands()) : new DeviceTensor(0,
                y.type(), y.pitch());
        long rows = op.leftTransposed() ? a.channels() : pixels(a);
        long columns = op.rightTransposed() ? pixels(b) : b.channels();
        long terms = op.leftTransposed() ? pixels(a) : a.channels();
        boolean mma = tensorCores && y.dtype().isHalf();
        int tile = mma && columns <= NARROW_TILE ? NARROW_TILE : TILE;
        Launch launch = mma ? tensorCoreKernel(op, context, tile, a, b, existing, y).block(MMA_THREADS)
                : context.kernel("attention/matmul.cu", "matmul", y.dtype(), leftDefine(op), rightDefine(op),
                        "TILE=" + TILE, "THREADS=" + THREADS).block(THREADS);
        launch.grid(Math.ceilDiv(columns, tile), Math.ceilDiv(rows, TILE), y.dim(0));
        return context.launch(launch, a, b, existing, y, Math.toIntExact(rows), Math.toIntExact(columns),
                Math.toIntExact(terms), a.pitch(), b.pitch(), existing.pitch(), y.pitch(), (float) op.scale());
    }

    private static Launch tensorCoreKernel(MatMul op, KernelContext context, int tile, DeviceTensor a, DeviceTensor b,
            DeviceTensor existing, DeviceTensor y) {
        boolean paired = width(y) > 1 && width(existing) > 1;
        return context.kernel("attention/matmul_mma.cu", "matmul_mma", y.dtype(), leftDefine(op), rightDefine(op),
                "WIDTH_A=" + width(a), "WIDTH_B=" + width(b), "ROWS=" + TILE, "COLUMNS=" + tile,
                "THREADS=" + MMA_THREADS, "PAIRED=" + (paired ? 1 : 0));
    }

    private static String leftDefine(MatMul op) {
        return "LEFT_TRANSPOSED=" + (op.leftTransposed() ? 1 : 0);
    }

    private static String rightDefine(MatMul op) {
        return "RIGHT_TRANSPOSED=" + (op.rightTransposed() ? 1 : 0);
    }

    private static long pixels(DeviceTensor images) {
        return images.dim(1) * images.dim(2);
    }

    /// Elements of the widest access that the address, the channels and the pitch allow.
    private static int width(DeviceTensor operand) {
        int width = ElementwiseTiling.lanes(operand);
        while (width > 1 && (operand.address() % ((long) width * operand.dtype().bytes()) != 0
                || operand.channels() % width != 0 || operand.pitch() % width != 0)) {
            width /= 2;
        }
        return width;
    }

    static CudaKernel softmax(Softmax op, KernelContext context) {
        DeviceTensor out = context.out(0);
        long rows = out.rows();
        int columns = Math.toIntExact(out.channels());
        return switch (op) {
            case Softmax.Forward() -> {
                DeviceTensor x = context.in(0);
                yield context.launch(softmaxLaunch("softmax_forward", context, x, out), x, out, rows, columns,
                        x.pitch(), out.pitch());
            }
            case Softmax.Gradient() -> {
                DeviceTensor dy = context.in(0);
                DeviceTensor y = context.in(1);
                yield context.launch(softmaxLaunch("softmax_gradient", context, dy, y, out), dy, y, out, rows, columns,
                        dy.pitch(), y.pitch(), out.pitch());
            }
        };
    }

    private static Launch softmaxLaunch(String entry, KernelContext context, DeviceTensor... operands) {
        ElementwiseTiling tiling = ElementwiseTiling.ofChannels(ElementwiseTiling.lanes(operands[0]), operands);
        int warps = THREADS / WARP;
        return context.kernel("attention/softmax.cu", entry, operands[0].dtype(), tiling.define()).block(WARP, warps)
                .grid(Math.ceilDiv(operands[0].rows(), warps));
    }
}
