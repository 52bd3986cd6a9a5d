package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Kernels of [BnAct]: sources bnact_forward.cu and bnact_gradient.cu.
final class NormalizationKernels {
    private static final String FORWARD = "bnact_forward.cu";
    private static final String GRADIENT = "bnact_gradient.cu";
    /// Two blocks for each multiprocessor of the largest devices, which are all resident at once. The same on all
    /// devices, so that the order of sums is.
    private static final int REDUCING_BLOCKS = 264;
    private static final int APPLYING_BLOCKS = 528;
    private static final int DIFFERENTIATING_BLOCKS = 396;
    private static final int PARTIAL_SUMS = 2;

    private NormalizationKernels() {
    }

    /// Workspace bytes: the partial sums of all blocks, for vectorized and for scalar accesses to y.
    static long workspace(Node node) {
        TensorType y = node.input(node.op() instanceof BnAct.Gradient ? 1 : 0).type();
        long blocks = Math.max(ReductionTiling.reducing(y, true).rowBlocks(REDUCING_BLOCKS),
                ReductionTiling.reducing(y, false).rowBlocks(REDUCING_BLOCKS));
        return blocks * PARTIAL_SUMS * y.shape().channels() * Float.BYTES;
    }

    static CudaKernel forward(BnAct.Forward op, KernelContext context) {
        DeviceTensor y = context.in(0);
        ReductionTiling tiling = ReductionTiling.reducing(y.type(), y.vectorized());
        Launch statistics = launch(context, FORWARD, "bn_statistics", tiling, REDUCING_BLOCKS, op.activation(),
                List.of());
        CudaKernel first = context.launch(statistics, y, y.pitch(), (int) y.rows(), (int) y.channels(),
                context.workspace(), context.out(1), context.out(2), context.out(3), context.out(4),
                (float) op.epsilon(), (float) op.momentum());
        return first.then(apply(op, context, context.out(1), context.out(2)));
    }

    static CudaKernel recompute(BnAct.Apply op, KernelContext context) {
        return apply(op, context, context.in(3), context.in(4));
    }

    /// `a` from y and its statistics. The forward pass and rematerialization use the same kernel and give the same
    /// bits.
    private static CudaKernel apply(BnAct.Result op, KernelContext context, DeviceTensor mean, DeviceTensor invstd) {
        DeviceTensor y = context.in(0);
        DeviceTensor a = context.out(0);
        List<Object> arguments = new ArrayList<>(List.of(y, y.pitch(), a, a.pitch(), (int) y.rows(),
                (int) y.channels(), context.in(1), context.in(2), mean, invstd));
        boolean vectorized = y.vectorized() && a.vectorized();
        List<String> defines = new ArrayList<>();
        if (BnAct.hasResidual(context.node())) {
            DeviceTensor residual = context.in(BnAct.RESIDUAL);
            vectorized &= residual.vectorized();
            arguments.addAll(List.of(residual, residual.pitch()));
            defines.add("RESIDUAL=1");
        }
        if (!op.copy().isNone()) {
            DeviceTensor copy = context.out(context.node().outputs().size() - 1);
            vectorized &= copy.vectorized()
                    && op.copy().offset() * copy.dtype().bytes() % ElementwiseTiling.ACCESS_BYTES == 0;
            arguments.addAll(List.of(copy, copy.pitch(), (int) op.copy().offset(), (int) op.copy().channels()));
            defines.add("COPY=1");
        }
        ReductionTiling tiling = ReductionTiling.applying(y.type(), vectorized);
        return context.launch(launch(context, FORWARD, "bn_apply", tiling, APPLYING_BLOCKS, op.activation(), defines),
                arguments.toArray());
    }

    static CudaKernel gradient(BnAct.Gradient op, KernelContext context) {
        DeviceTensor da = context.in(0);
        DeviceTensor y = context.in(1);
        DeviceTensor dy = context.out(0);
        boolean readable = da.vectorized() && y.vectorized();
        ReductionTiling reducing = ReductionTiling.reducing(y.type(), readable);
        Launch sums = launch(context, GRADIENT, "bn_reduce", reducing, REDUCING_BLOCKS, op.activation(), List.of());
        CudaKernel reduce = context.launch(sums, da, da.pitch(), y, y.pitch(), (int) y.rows(), (int) y.channels(),
                context.workspace(), context.in(2), context.in(3), context.in(4), context.in(5), context.out(1),
                context.out(2));
        boolean vectorized = readable && dy.vectorized();
        List<Object> arguments = new ArrayList<>(List.of(da, da.pitch(), y, y.pitch(), dy, dy.pitch(), (int) y.rows(),
                (int) y.channels(), context.in(2), context.in(3), context.in(4), context.in(5), context.out(1),
                context.out(2)));
        List<String> defines = new ArrayList<>();
        if (op.recompute()) {
            DeviceTensor a = context.out(BnAct.Gradient.RECOMPUTED);
            vectorized &= a.vectorized();
            arguments.addAll(List.of(a, a.pitch()));
            defines.add("RECOMPUTE=1");
        }
        ReductionTiling applying = ReductionTiling.applying(y.type(), vectorized);
        CudaKernel backward = context.launch(launch(context, GRADIENT, "bn_backward", applying, DIFFERENTIATING_BLOCKS,
                op.activation(), defines), arguments.toArray());
        return reduce.then(backward);
    }

    /// @param more further definitions of a variant
    private static Launch launch(KernelContext context, String source, String entry, ReductionTiling tiling, int blocks,
            Activation activation, List<String> more) {
        String[] defines = Stream.concat(tiling.defines(activation).stream(), more.stream()).toArray(String[]::new);
        return context.kernel(source, entry, context.node().output(0).dtype(), defines)
                .block(tiling.blockThreads()).grid(tiling.rowBlocks(blocks), tiling.groups(), 1);
    }
}
