package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Upsample;

/// Kernels of pools and of enlargement: sources pool.cu, average_pool.cu, upsample.cu.
final class ShapeKernels {
    private ShapeKernels() {
    }

    static CudaKernel maxPool(MaxPool op, Site site) {
        return switch (op) {
            case MaxPool.Forward forward -> pool(forward, site);
            case MaxPool.Gradient gradient -> poolGradient(gradient, site);
        };
    }

    private static CudaKernel pool(MaxPool.Forward op, Site site) {
        Operand x = site.in(0);
        Operand y = site.out(0);
        int width = width(x, y);
        Launch launch = pixels(poolKernel("pool_forward", op, x, width, site), y.dim(0) * y.dim(1), y.dim(2),
                y.channels(), width);
        return site.launch(launch, x, y, (int) x.dim(1), (int) x.dim(2), (int) y.dim(1), (int) y.dim(2),
                (int) x.channels(), x.pitch(), y.pitch());
    }

    private static CudaKernel poolGradient(MaxPool.Gradient op, Site site) {
        Operand x = site.in(0);
        Operand dy = site.in(1);
        Operand dx = site.out(0);
        boolean accumulates = op.accumulates(site.node());
        Operand existing = accumulates ? site.in(op.operands()) : new Operand(0, dx.type(), dx.pitch());
        int width = width(x, dy, existing, dx);
        PoolTiles tiles = PoolTiles.of(op, x, dy, width);
        Launch launch = poolKernel("pool_gradient", op, x, width, site)
                .block(tiles.pieces(), Rows.THREADS / tiles.pieces())
                .grid(x.dim(0) * tiles.down() * tiles.across(),
                        Math.ceilDiv(x.channels(), (long) width * tiles.pieces()), 1)
                .shared(tiles.sharedBytes());
        return site.launch(launch, x, dy, existing, dx, (int) x.dim(1), (int) x.dim(2), (int) dy.dim(1),
                (int) dy.dim(2), (int) x.channels(), x.pitch(), dy.pitch(), existing.pitch(), dx.pitch(),
                tiles.height(), tiles.width(), tiles.down(), tiles.across());
    }

    private static Launch poolKernel(String entry, MaxPool op, Operand x, int width, Site site) {
        return site.kernel("pool.cu", entry, x.dtype(), "WIDTH=" + width, "SIDE=" + op.kernel(),
                "STRIDE=" + op.stride(), "PADDING=" + op.padding());
    }

    static CudaKernel averagePool(AveragePool op, Site site) {
        Operand in = site.in(0);
        Operand out = site.out(0);
        return switch (op) {
            case AveragePool.Forward forward -> {
                int width = width(in, out);
                yield site.launch(averageLaunch("average_pool_forward", op, out, width, site), in, out,
                        (int) in.dim(1), (int) in.dim(2), (int) out.dim(1), (int) out.dim(2), (int) in.channels(),
                        in.pitch(), out.pitch());
            }
            case AveragePool.Gradient gradient -> {
                boolean accumulates = gradient.accumulates(site.node());
                Operand existing = accumulates ? site.in(gradient.operands())
                        : new Operand(0, out.type(), out.pitch());
                int width = width(in, existing, out);
                yield site.launch(averageLaunch("average_pool_gradient", op, out, width, site), in, existing, out,
                        (int) out.dim(1), (int) out.dim(2), (int) in.dim(1), (int) in.dim(2), (int) in.channels(),
                        in.pitch(), existing.pitch(), out.pitch());
            }
        };
    }

    private static Launch averageLaunch(String entry, AveragePool op, Operand out, int width, Site site) {
        Launch launch = site.kernel("average_pool.cu", entry, out.dtype(), "WIDTH=" + width, "SIDE=" + op.kernel(),
                "STRIDE=" + op.stride(), "PADDING=" + op.padding());
        return pixels(launch, out.dim(0) * out.dim(1), out.dim(2), out.channels(), width);
    }

    static CudaKernel upsample(Upsample op, Site site) {
        return switch (op) {
            case Upsample.Forward forward -> {
                Operand x = site.in(0);
                Operand y = site.out(0);
                int width = width(x, y);
                yield site.launch(upsampleLaunch("upsample_forward", op, x, width, site), x, y, (int) x.dim(2),
                        (int) x.channels(), x.pitch(), y.pitch());
            }
            case Upsample.Gradient gradient -> {
                Operand dy = site.in(0);
                Operand dx = site.out(0);
                boolean accumulates = gradient.accumulates(site.node());
                Operand existing = accumulates ? site.in(gradient.operands()) : new Operand(0, dx.type(), dx.pitch());
                int width = width(dy, existing, dx);
                yield site.launch(upsampleLaunch("upsample_gradient", op, dx, width, site), dy, existing, dx,
                        (int) dx.dim(2), (int) dx.channels(), dy.pitch(), existing.pitch(), dx.pitch());
            }
        };
    }

    private static Launch upsampleLaunch(String entry, Upsample op, Operand small, int width, Site site) {
        Launch launch = site.kernel("upsample.cu", entry, small.dtype(), "WIDTH=" + width, "FACTOR=" + op.factor());
        return pixels(launch, small.dim(0) * small.dim(1), small.dim(2), small.channels(), width);
    }

    /// One thread for each piece of each pixel of an image: lines, pixels of a line, pieces.
    private static Launch pixels(Launch launch, long lines, long pixels, long channels, int width) {
        long pieces = Math.ceilDiv(channels, width);
        long pieceBlocks = Math.ceilDiv(pieces, Rows.THREADS);
        int x = (int) Math.ceilDiv(pieces, pieceBlocks);
        long pixelBlocks = Math.ceilDiv(pixels, Rows.THREADS / x);
        int y = (int) Math.ceilDiv(pixels, pixelBlocks);
        return launch.block(x, y).grid(lines, pixelBlocks, pieceBlocks);
    }

    /// Elements of a thread: 16 bytes if all operands allow it.
    private static int width(Operand... operands) {
        for (Operand operand : operands) {
            if (!operand.vectorised()) {
                return 1;
            }
        }
        return Rows.lanes(operands[0]);
    }
}
