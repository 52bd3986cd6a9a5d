package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.Update;
import java.util.List;

/// Kernels of what ends a step, `update.cu` and `norm.cu`: flat buffers, always fp32.
final class UpdateKernels {
    private static final int THREADS = 256;
    private static final int PER_THREAD = 4;
    /// Gradients a block of the norm takes before there are as many blocks as there may be.
    private static final int PER_BLOCK = 4 * PER_THREAD * THREADS;
    private static final int MOST_BLOCKS = 1024;

    private UpdateKernels() {
    }

    static CudaKernel update(Update op, Site site) {
        Operand parameters = aligned(site.in(0), "parameters");
        Operand gradients = aligned(site.in(1), "gradients");
        Operand ema = aligned(site.in(4), "ema");
        Operand statistics = site.in(5);
        Operand first = aligned(site.in(Update.FIRST_MOMENT), "first moment");
        Operand second = op.rule().moments() > 1 ? aligned(site.in(Update.FIRST_MOMENT + 1), "second moment") : first;
        List<Long> ends = op.groupEnds();
        long threads = Math.ceilDiv(parameters.count(), PER_THREAD) + statistics.count();
        return site.launch(site.kernel("update.cu", "update", null, "RULE=" + rule(op.rule())).block(THREADS)
                .threads(threads), parameters, gradients, site.in(2), site.in(3), ema, statistics, first, second,
                parameters.count(), gradients.count(), statistics.count(), ends.get(0), ends.get(1),
                op.zeroGradients() ? 1 : 0);
    }

    static CudaKernel norm(GradientNorm op, Site site) {
        Operand gradients = aligned(site.in(0), "gradients");
        int blocks = blocks(site.node());
        return site.launch(site.kernel("norm.cu", "square_sums", null).block(THREADS).grid(blocks), gradients,
                        site.workspace(), gradients.count())
                .then(site.launch(site.kernel("norm.cu", "norm_of", null).block(THREADS), site.workspace(),
                        site.out(0), blocks));
    }

    /// A sum for each block.
    static long normWorkspace(Node node) {
        return (long) Double.BYTES * blocks(node);
    }

    /// The step's scalars with the scaler's loss scale and step.
    static CudaKernel applyScale(Site site) {
        return site.launch(site.kernel("norm.cu", "apply_scale", null).block(1), site.in(0), site.in(1), site.out(0));
    }

    /// What a norm does to the scaler, in place.
    static CudaKernel adjustScale(double growth, double backoff, int interval, Site site) {
        return site.launch(site.kernel("norm.cu", "adjust_scale", null).block(1), site.in(0), site.in(1), site.out(0),
                (float) growth, (float) backoff, interval);
    }

    private static int blocks(Node node) {
        return (int) Math.min(MOST_BLOCKS, Math.max(1, Math.ceilDiv(node.input(0).shape().count(), PER_BLOCK)));
    }

    private static int rule(Update.Rule rule) {
        return switch (rule) {
            case SGD -> 0;
            case ADAM -> 1;
            case ADAMW -> 2;
            case RMSPROP -> 3;
        };
    }

    private static Operand aligned(Operand operand, String name) {
        if (operand.address() % Rows.ACCESS_BYTES != 0) {
            throw new IllegalStateException(name + " of the update begin at address " + operand.address()
                    + ", but kernels of flat buffers need a multiple of " + Rows.ACCESS_BYTES
                    + ": plan them as buffers of their own");
        }
        return operand;
    }
}
