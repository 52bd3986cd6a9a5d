package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.tiling.ElementwiseTiling;
import io.yolofit.engine.cuda.kernel.tiling.PoolTiling;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Upsample;

/// Kernels of pooling and upsampling: sources in `shape`.
final class ShapeKernels {
    private ShapeKernels() {
    }

    static CudaKernel maxPool(MaxPool op, KernelContext context) {
        return switch (op) {
            case MaxPool.Forward forward -> pool(forward, context);
            case MaxPool.Gradient gradient -> poolGradient(gradient, context);
        };
    }

    private static CudaKernel pool(MaxPool.Forward op, KernelContext context) {
        DeviceTensor x = context.in(0);
        DeviceTensor y = context.out(0);
        int width = width(x, y);
        Launch launch = pixels(poolKernel("pool_forward", op, x, width, context), y.dim(0) * y.dim(1), y.dim(2),
                y.channels(), width);
        return context.launch(launch, x, y, (int) x.dim(1), (int) x.dim(2), (int) y.dim(1), (int) y.dim(2),
                (int) x.channels(), x.pitch(), y.pitch());
    }

    private static CudaKernel poolGradient(MaxPool.Gradient op, KernelContext context) {
        DeviceTensor x = context.in(0);
        DeviceTensor dy = context.in(1);
        DeviceTensor dx = context.out(0);
        boolean accumulates = op.accumulates(context.node());
        DeviceTensor existing = accumulates ? context.in(op.operands()) : new DeviceTensor(0, dx.type(), dx.pitch());
        int width = width(x, dy, existing, dx);
        PoolTiling tiling = PoolTiling.of(op, x, dy, width);
        Launch launch = poolKernel("pool_gradient", op, x, width, context)
                .block(tiling.pieces(), ElementwiseTiling.THREADS / tiling.pieces())
                .grid(x.dim(0) * tiling.down() * tiling.across(),
                        Math.ceilDiv(x.channels(), (long) width * tiling.pieces()), 1)
                .shared(tiling.sharedBytes());
        return context.launch(launch, x, dy, existing, dx, (int) x.dim(1), (int) x.dim(2), (int) dy.dim(1),
                (int) dy.dim(2), (int) x.channels(), x.pitch(), dy.pitch(), existing.pitch(), dx.pitch(),
                tiling.height(), tiling.width(), tiling.down(), tiling.across());
    }

    private static Launch poolKernel(String entry, MaxPool op, DeviceTensor x, int width, KernelContext context) {
        return context.kernel("shape/max_pool.cu", entry, x.dtype(), "WIDTH=" + width, "SIDE=" + op.kernel(),
                "STRIDE=" + op.stride(), "PADDING=" + op.padding());
    }

    static CudaKernel averagePool(AveragePool op, KernelContext context) {
        DeviceTensor in = context.in(0);
        DeviceTensor out = context.out(0);
        return switch (op) {
            case AveragePool.Forward forward -> {
                int width = width(in, out);
                yield context.launch(averageLaunch("average_pool_forward", op, out, width, context), in, out,
                        (int) in.dim(1), (int) in.dim(2), (int) out.dim(1), (int) out.dim(2), (int) in.channels(),
                        in.pitch(), out.pitch());
            }
            case AveragePool.Gradient gradient -> {
                boolean accumulates = gradient.accumulates(context.node());
                DeviceTensor existing = accumulates ? context.in(gradient.operands())
                        : new DeviceTensor(0, out.type(), out.pitch());
                int width = width(in, existing, out);
                yield context.launch(averageLaunch("average_pool_gradient", op, out, width, context), in, existing, out,
                        (int) out.dim(1), (int) out.dim(2), (int) in.dim(1), (int) in.dim(2), (int) in.channels(),
                        in.pitch(), existing.pitch(), out.pitch());
            }
        };
    }

    private static Launch averageLaunch(String entry, AveragePool op, DeviceTensor out, int width,
            KernelContext context) {
        Launch launch = context.kernel("shape/average_pool.cu", entry, out.dtype(), "WIDTH=" + width,
                "SIDE=" + op.kernel(), "STRIDE=" + op.stride(), "PADDING=" + op.padding());
        return pixels(launch, out.dim(0) * out.dim(1), out.dim(2), out.channels(), width);
    }

    static CudaKernel upsample(Upsample op, KernelContext context) {
        return switch (op) {
            case Upsample.Forward forward -> {
                DeviceTensor x = context.in(0);
                DeviceTensor y = context.out(0);
                int width = width(x, y);
                yield context.launch(upsampleLaunch("upsample_forward", op, x, width, context), x, y, (int) x.dim(2),
                        (int) x.channels(), x.pitch(), y.pitch());
            }
            case Upsample.Gradient gradient -> {
                DeviceTensor dy = context.in(0);
                DeviceTensor dx = context.out(0);
                boolean accumulates = gradient.accumulates(context.node());
                DeviceTensor existing = accumulates ? context.in(gradient.operands()) : new DeviceTensor(0, dx.type(),
                        dx.pitch());
                int width = width(dy, existing, dx);
                yield context.launch(upsampleLaunch("upsample_gradient", op, dx, width, context), dy, existing, dx,
                        (int) dx.dim(2), (int) dx.channels(), dy.pitch(), existing.pitch(), dx.pitch());
            }
        };
    }

    private static Launch upsampleLaunch(String entry, Upsample op, DeviceTensor small, int width,
            KernelContext context) {
        Launch launch = context.kernel("shape/upsample.cu", entry, small.dtype(), "WIDTH=" + width,
                "FACTOR=" + op.factor());
        return pixels(launch, small.dim(0) * small.dim(1), small.dim(2), small.channels(), width);
    }

    /// One thread for each access of each pixel; the grid's axes are lines, pixels of a line, and channels.
    private static Launch pixels(Launch launch, long lines, long pixels, long channels, int width) {
        long pieces = Math.ceilDiv(channels, width);
        long pieceBlocks = Math.ceilDiv(pieces, ElementwiseTiling.THREADS);
        int x = (int) Math.ceilDiv(pieces, pieceBlocks);
        long pixelBlocks = Math.ceilDiv(pixels, ElementwiseTiling.THREADS / x);
        int y = (int) Math.ceilDiv(pixels, pixelBlocks);
        return launch.block(x, y).grid(lines, pixelBlocks, pieceBlocks);
    }

    /// Elements of an access: 16 bytes if all operands allow it, else one element.
    private static int width(DeviceTensor... operands) {
        for (DeviceTensor operand : operands) {
            if (!operand.vectorized()) {
                return 1;
            }
        }
        return ElementwiseTiling.lanes(operands[0]);
    }
}
