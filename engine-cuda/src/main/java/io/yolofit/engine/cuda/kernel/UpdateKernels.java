package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.tiling.ElementwiseTiling;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.Update;
import java.util.List;

/// Kernels of the update phase on flat fp32 buffers: sources in `update`.
final class UpdateKernels {
    /// 256 threads with at most 60 registers each (sm_90): four blocks of a multiprocessor are resident.
    private static final int THREADS = 256;
    private static final String NORM = "update/gradient_norm.cu";
    private static final String BLOCK = "THREADS=" + THREADS;
    private static final int PER_THREAD = 4; // parameters: a 16-byte access
    /// Gradients of a block of the norm, until the grid has its largest size.
    private static final int PER_BLOCK = 4 * PER_THREAD * THREADS;
    /// 7.8 blocks for each multiprocessor of an H100 or H200, of which six are resident (40 registers). The same on all
    /// devices, because the number of blocks determines the order of sums. The one block that adds the partial sums has
    /// four for each thread.
    private static final int MOST_BLOCKS = 1024;

    private UpdateKernels() {
    }

    static CudaKernel update(Update op, KernelContext context) {
        DeviceTensor parameters = aligned(context.in(0), "parameters");
        DeviceTensor gradients = aligned(context.in(1), "gradients");
        DeviceTensor ema = aligned(context.in(4), "ema");
        DeviceTensor statistics = context.in(5);
        DeviceTensor first = aligned(context.in(Update.FIRST_MOMENT), "first moment");
        DeviceTensor second = op.rule().moments() > 1 ? aligned(context.in(Update.FIRST_MOMENT + 1), "second moment")
                : first;
        List<Long> ends = op.groupEnds();
        long threads = Math.ceilDiv(parameters.count(), PER_THREAD) + statistics.count();
        return context.launch(context.kernel("update/update.cu", "update", null, "RULE=" + rule(op.rule()))
                .block(THREADS).threads(threads), parameters, gradients, context.in(2), context.in(3), ema, statistics,
                first, second, parameters.count(), gradients.count(), statistics.count(), ends.get(0), ends.get(1),
                op.zeroGradients() ? 1 : 0);
    }

    static CudaKernel norm(GradientNorm op, KernelContext context) {
        DeviceTensor gradients = aligned(context.in(0), "gradients");
        int blocks = blocks(context.node());
        Launch partial = context.kernel(NORM, "square_sums", null, BLOCK).block(THREADS).grid(blocks);
        Launch total = context.kernel(NORM, "norm_of", null, BLOCK).block(THREADS);
        return context.launch(partial, gradients, context.workspace(), gradients.count())
                .then(context.launch(total, context.workspace(), context.out(0), blocks));
    }

    /// Workspace bytes of [#norm]: a partial sum for each block.
    static long normWorkspace(Node node) {
        return (long) Double.BYTES * blocks(node);
    }

    /// Copies the step's scalars and sets their loss scale and update number to those of the scaler.
    static CudaKernel applyScale(KernelContext context) {
        return context.launch(context.kernel(NORM, "apply_scale", null, BLOCK).block(1), context.in(0),
                context.in(1), context.out(0));
    }

    /// Updates the dynamic loss scale from the gradient norm, in place.
    static CudaKernel adjustScale(double growth, double backoff, int interval, KernelContext context) {
        return context.launch(context.kernel(NORM, "adjust_scale", null, BLOCK).block(1), context.in(0),
                context.in(1), context.out(0), (float) growth, (float) backoff, interval);
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

    private static DeviceTensor aligned(DeviceTensor operand, String name) {
        if (operand.address() % ElementwiseTiling.ACCESS_BYTES != 0) {
            throw new IllegalStateException("buffer '" + name + "' of the update has address " + operand.address()
                    + ", but kernels of flat buffers need a multiple of " + ElementwiseTiling.ACCESS_BYTES
                    + ": assign it a buffer of its own");
        }
        return operand;
    }
}
