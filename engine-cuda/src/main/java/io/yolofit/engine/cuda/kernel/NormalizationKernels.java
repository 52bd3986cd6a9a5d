package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.tiling.ClusterTiling;
import io.yolofit.engine.cuda.kernel.tiling.ElementwiseTiling;
import io.yolofit.engine.cuda.kernel.tiling.ReductionTiling;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Kernels of [BnAct] and its halves, [BnHalf]: sources in `normalization`.
final class NormalizationKernels {
    private static final String FORWARD = "normalization/bnact_forward.cu";
    private static final String GRADIENT = "normalization/bnact_gradient.cu";
    private static final String CLUSTER_FORWARD = "normalization/bn_cluster_forward.cu";
    private static final String CLUSTER_GRADIENT = "normalization/bn_cluster_gradient.cu";
    private static final int PARTIAL_SUMS = 2;
    private static final int MOMENT_THREADS = 128; // channels of a block: the grid has a few blocks, of one round each
    /// Sums are those of all ranks.
    private static final List<String> EXCHANGED = List.of("EXCHANGED=1");

    private static final String RECOMPUTED = "RECOMPUTE=1";

    private NormalizationKernels() {
    }

    /// Grids have as many blocks as are resident at once: as many as leave the kernels enough registers that hardly any
    /// is spilled, 64 per thread for 2 x 512 and 4 x 256 threads, 80 for 3 x 256 (sm_90).
    private enum Grid {
        REDUCING(ReductionTiling.OCCUPANCY), APPLYING(4), DIFFERENTIATING(3);

        /// Resident blocks of a multiprocessor: the launch bound of the kernels, which then need not spill registers.
        private final int occupancy;

        Grid(int occupancy) {
            this.occupancy = occupancy;
        }

        int blocks(Device device) {
            return this == REDUCING ? ReductionTiling.REDUCING_BLOCKS : occupancy * device.multiprocessors();
        }
    }

    /// Workspace bytes: the partial sums of all blocks, for vectorized and for scalar accesses to y.
    static long workspace(Node node) {
        boolean backward = node.op() instanceof BnAct.Gradient || node.op() instanceof BnHalf.Reduce;
        TensorType y = node.input(backward ? 1 : 0).type();
        long blocks = Math.max(ReductionTiling.reducing(y, true).rowBlocks(ReductionTiling.REDUCING_BLOCKS),
                ReductionTiling.reducing(y, false).rowBlocks(ReductionTiling.REDUCING_BLOCKS));
        return blocks * PARTIAL_SUMS * y.shape().channels() * Float.BYTES;
    }

    static CudaKernel forward(BnAct.Forward op, KernelContext context) {
        DeviceTensor y = context.in(0);
        DeviceTensor a = context.out(0);
        Extras extras = Extras.of(op, context);
        if (extras.vectorized) {
            Optional<Launch> cluster = cluster(context, CLUSTER_FORWARD, "bn_cluster_forward", y.type(),
                    extras.residual ? 2 : 1, op.activation(), extras.defines);
            if (cluster.isPresent()) {
                List<Object> arguments = new ArrayList<>(List.of(y, y.pitch(), a, a.pitch(), (int) y.rows(),
                        (int) y.channels(), context.in(1), context.in(2)));
                arguments.addAll(List.of(context.out(1), context.out(2), context.out(3), context.out(4),
                        (float) op.epsilon(), (float) op.momentum()));
                arguments.addAll(extras.arguments);
                return context.launch(cluster.get(), arguments.toArray());
            }
        }
        ReductionTiling tiling = ReductionTiling.reducing(y.type(), y.vectorized());
        Launch statistics = launch(context, FORWARD, "bn_statistics", tiling, Grid.REDUCING, op.activation(),
                List.of());
        CudaKernel first = context.launch(statistics, y, y.pitch(), (int) y.rows(), (int) y.channels(),
                context.workspace(), context.lane(), context.out(1), context.out(2), context.out(3), context.out(4),
                (float) op.epsilon(), (float) op.momentum());
        return first.then(apply(op, context, extras, context.out(1), context.out(2)));
    }

    /// A launch that keeps tensors in the shared memory of thread block clusters; empty if they do not fit.
    ///
    /// @param tensors of this type that are read
    private static Optional<Launch> cluster(KernelContext context, String source, String entry, TensorType type,
            int tensors, Activation activation, List<String> more) {
        return ClusterTiling.of(context.device(), type, tensors).flatMap(tiling -> {
            String[] defines = Stream.concat(tiling.defines(activation).stream(), more.stream())
                    .toArray(String[]::new);
            Launch launch = context.kernel(source, entry, type.dtype(), defines).block(ClusterTiling.THREADS)
                    .grid(tiling.blocks(), tiling.groups(), 1).shared(Math.toIntExact(tiling.residentBytes()));
            return launch.cluster(tiling.blocks()) ? Optional.of(launch) : Optional.empty();
        });
    }

    /// The sums that ranks exchange, for [BnHalf.Sums].
    static CudaKernel sums(KernelContext context) {
        DeviceTensor y = context.in(0);
        ReductionTiling tiling = ReductionTiling.reducing(y.type(), y.vectorized());
        Launch sums = launch(context, y.dtype(), FORWARD, "bn_sums", tiling, Grid.REDUCING, Activation.IDENTITY,
                List.of());
        return context.launch(sums, y, y.pitch(), (int) y.rows(), (int) y.channels(), context.workspace(),
                context.lane(), context.in(1), context.out(0));
    }

    static CudaKernel moments(BnHalf.Moments op, KernelContext context) {
        int channels = (int) context.in(1).count();
        return context.launch(context.kernel("normalization/bn_moments.cu", "bn_moments", null).block(MOMENT_THREADS)
                .threads(channels), context.in(0), channels, context.out(0), context.out(1), context.out(2),
                context.out(3), (float) op.epsilon(), (float) op.momentum());
    }

    static CudaKernel recompute(BnAct.Apply op, KernelContext context) {
        return apply(op, context, Extras.of(op, context), context.in(3), context.in(4));
    }

    /// The residual and the copy of a normalization, if it has them.
    ///
    /// @param vectorized whether all tensors, y and a included, allow 16-byte accesses
    private record Extras(boolean vectorized, boolean residual, List<String> defines, List<Object> arguments) {
        static Extras of(BnAct.Result op, KernelContext context) {
            boolean vectorized = context.in(0).vectorized() && context.out(0).vectorized();
            List<String> defines = new ArrayList<>();
            List<Object> arguments = new ArrayList<>();
            boolean residual = BnAct.hasResidual(context.node());
            if (residual) {
                DeviceTensor tensor = context.in(BnAct.RESIDUAL);
                vectorized &= tensor.vectorized();
                arguments.addAll(List.of(tensor, tensor.pitch()));
                defines.add("RESIDUAL=1");
            }
            if (!op.copy().isNone()) {
                DeviceTensor copy = context.out(context.node().outputs().size() - 1);
                vectorized &= copy.vectorized()
                        && op.copy().offset() * copy.dtype().bytes() % ElementwiseTiling.ACCESS_BYTES == 0;
                arguments.addAll(List.of(copy, copy.pitch(), (int) op.copy().offset(), (int) op.copy().channels()));
                defines.add("COPY=1");
            }
            return new Extras(vectorized, residual, defines, arguments);
        }
    }

    /// `a` from y and its statistics. The forward pass and rematerialization give the same bits.
    private static CudaKernel apply(BnAct.Result op, KernelContext context, Extras extras, DeviceTensor mean,
            DeviceTensor invstd) {
        DeviceTensor y = context.in(0);
        DeviceTensor a = context.out(0);
        List<Object> arguments = new ArrayList<>(List.of(y, y.pitch(), a, a.pitch(), (int) y.rows(),
                (int) y.channels(), context.in(1), context.in(2), mean, invstd));
        arguments.addAll(extras.arguments);
        ReductionTiling tiling = ReductionTiling.applying(y.type(), extras.vectorized);
        return context.launch(launch(context, FORWARD, "bn_apply", tiling, Grid.APPLYING, op.activation(),
                extras.defines), arguments.toArray());
    }

    static CudaKernel gradient(BnAct.Gradient op, KernelContext context) {
        DeviceTensor a = op.recompute() ? context.out(BnAct.Gradient.RECOMPUTED) : null;
        DeviceTensor da = context.in(0);
        DeviceTensor y = context.in(1);
        DeviceTensor dy = context.out(0);
        if (da.vectorized() && y.vectorized() && dy.vectorized() && (a == null || a.vectorized())) {
            Optional<Launch> cluster = cluster(context, CLUSTER_GRADIENT, "bn_cluster_gradient", y.type(), 2,
                    op.activation(), a == null ? List.of() : List.of(RECOMPUTED));
            if (cluster.isPresent()) {
                List<Object> arguments = new ArrayList<>(List.of(da, da.pitch(), y, y.pitch(), dy, dy.pitch(),
                        (int) y.rows(), (int) y.channels()));
                arguments.addAll(List.of(context.in(2), context.in(3), context.in(4), context.in(5), context.out(1),
                        context.out(2)));
                if (a != null) {
                    arguments.addAll(List.of(a, a.pitch()));
                }
                return context.launch(cluster.get(), arguments.toArray());
            }
        }
        CudaKernel reduce = reduce(op.activation(), context, List.of(context.out(1), context.out(2)), List.of());
        return reduce.then(backward(op.activation(), context, List.of(context.out(1), context.out(2)), a,
                List.of()));
    }

    /// dgamma, dbeta, and the sums that ranks exchange, for [BnHalf.Reduce].
    static CudaKernel reduce(Activation activation, KernelContext context) {
        return reduce(activation, context, List.of(context.out(0), context.out(1),
                context.out(BnHalf.Reduce.SUMS)), EXCHANGED);
    }

    /// dy from the sums of all ranks.
    static CudaKernel secondHalf(BnHalf.Gradient op, KernelContext context) {
        DeviceTensor sums = context.in(BnHalf.Gradient.SUMS);
        long channels = context.in(1).channels();
        List<Object> parts = List.of(sums.address() + channels * Float.BYTES, sums.address(),
                sums.address() + 2 * channels * Float.BYTES);
        return backward(op.activation(), context, parts,
                op.recompute() ? context.out(BnHalf.Gradient.RECOMPUTED) : null, EXCHANGED);
    }

    /// @param results dgamma and dbeta, and the sums if they are exchanged
    private static CudaKernel reduce(Activation activation, KernelContext context, List<DeviceTensor> results,
            List<String> defines) {
        DeviceTensor da = context.in(0);
        DeviceTensor y = context.in(1);
        ReductionTiling reducing = ReductionTiling.reducing(y.type(), da.vectorized() && y.vectorized());
        Launch sums = launch(context, y.dtype(), GRADIENT, "bn_reduce", reducing, Grid.REDUCING, activation,
                defines);
        List<Object> arguments = new ArrayList<>(List.of(da, da.pitch(), y, y.pitch(), (int) y.rows(),
                (int) y.channels(), context.workspace(), context.lane(), context.in(2), context.in(3), context.in(4),
                context.in(5)));
        arguments.addAll(results);
        return context.launch(sums, arguments.toArray());
    }

    /// @param sums dgamma and dbeta and, if they are of all ranks, the number of values that they are sums over
    /// @param a recomputed; null if it is not
    private static CudaKernel backward(Activation activation, KernelContext context, List<?> sums, DeviceTensor a,
            List<String> more) {
        DeviceTensor da = context.in(0);
        DeviceTensor y = context.in(1);
        DeviceTensor dy = context.out(0);
        boolean vectorized = da.vectorized() && y.vectorized() && dy.vectorized();
        List<Object> arguments = new ArrayList<>(List.of(da, da.pitch(), y, y.pitch(), dy, dy.pitch(), (int) y.rows(),
                (int) y.channels(), context.in(2), context.in(3), context.in(4), context.in(5)));
        arguments.addAll(sums);
        List<String> defines = new ArrayList<>(more);
        if (a != null) {
            vectorized &= a.vectorized();
            arguments.addAll(List.of(a, a.pitch()));
            defines.add(RECOMPUTED);
        }
        ReductionTiling applying = ReductionTiling.applying(y.type(), vectorized);
        return context.launch(launch(context, y.dtype(), GRADIENT, "bn_backward", applying, Grid.DIFFERENTIATING,
                activation, defines), arguments.toArray());
    }

    private static Launch launch(KernelContext context, String source, String entry, ReductionTiling tiling,
            Grid grid, Activation activation, List<String> more) {
        return launch(context, context.node().output(0).dtype(), source, entry, tiling, grid, activation, more);
    }

    /// @param type of activations
    /// @param more further definitions of a variant
    private static Launch launch(KernelContext context, DType type, String source, String entry,
            ReductionTiling tiling, Grid grid, Activation activation, List<String> more) {
        String[] defines = Stream.concat(tiling.defines(activation, grid.occupancy).stream(), more.stream())
                .toArray(String[]::new);
        return context.kernel(source, entry, type, defines).block(tiling.blockThreads())
                .grid(tiling.rowBlocks(grid.blocks(context.device())), tiling.groups(), 1);
    }
}
