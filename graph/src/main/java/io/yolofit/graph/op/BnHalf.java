package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import java.util.Collections;
import java.util.List;

/// The halves of a [BnAct] whose statistics are those of the batches of all ranks (synchronized batch normalization).
/// Between the halves, an [AllReduce] sums a vector `f32[2*C + 1]` over the ranks: two sums per channel, then the
/// number of values per channel, because slices of a batch may be unequal.
/// ```
/// forward     Sums      y, running mean            -> sum (y - r), sum (y - r)^2, m     with r the running mean
///             AllReduce
///             Moments   sums, running statistics   -> mean, invstd, running statistics
///             BnAct.Apply
/// backward    Reduce    da, y, ..                  -> dgamma, dbeta of this rank; sum dz, sum dz * xhat, m
///             AllReduce
///             Gradient  da, y, .., sums            -> dy
/// ```
/// All ranks have the same running mean, so it serves as a common shift: it avoids cancellation in the variance if the
/// mean is large compared with the standard deviation. dgamma and dbeta are those of the rank's own slice; they are
/// summed over ranks together with the other gradients.
public sealed interface BnHalf extends Op {
    /// Length of the exchanged vector.
    static long exchanged(long channels) {
        return 2 * channels + 1;
    }

    private static TensorType sumsType(long channels) {
        return TensorType.of(DType.F32, exchanged(channels));
    }

    /// Two sums per channel read the operand once.
    private static Cost reduction(Node node, int operands, double flopsPerElement) {
        double bytes = 0;
        for (int i = 0; i < operands; i++) {
            bytes += node.input(i).type().bytes();
        }
        return new Cost(flopsPerElement * node.input(0).shape().count(), bytes);
    }

    /// First half of the forward pass. Operands y, running mean; output the sums.
    record Sums() implements BnHalf {
        @Override
        public String name() {
            return "bn.sums";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 2);
            long channels = in.tensor(0, "y", 4).shape().channels();
            in.vector(1, "running mean", channels);
            return List.of(sumsType(channels));
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(Role.WORKSPACE);
        }

        @Override
        public String outputSuffix(int output) {
            return ".sums";
        }

        @Override
        public Cost cost(Node node) {
            return reduction(node, 1, 4);
        }
    }

    /// From sums to statistics. Operands sums, running mean, running variance; outputs mean, invstd, and the running
    /// statistics, updated in place as by [BnAct.Forward].
    record Moments(double epsilon, double momentum) implements BnHalf {
        private static final List<String> SUFFIXES = List.of(".mean", ".invstd", ".running_mean", ".running_var");

        @Override
        public String name() {
            return "bn.moments";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(3, 3);
            long channels = in.tensor(1, "running mean", 1).shape().count();
            in.vector(0, "sums", exchanged(channels));
            in.vector(1, "running mean", channels);
            in.vector(2, "running variance", channels);
            return Collections.nCopies(SUFFIXES.size(), TensorType.of(DType.F32, channels));
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(asked, asked, Role.STATISTIC, Role.STATISTIC);
        }

        @Override
        public String outputSuffix(int output) {
            return SUFFIXES.get(output);
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.inPlace(2, 1), Alias.inPlace(3, 2));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 12);
        }
    }

    /// First half of the gradient. Operands da, y, gamma, beta, mean, invstd; outputs dgamma, dbeta, the sums.
    record Reduce(Activation activation) implements BnHalf {
        /// Index of the sums.
        public static final int SUMS = 2;
        private static final List<String> SUFFIXES = List.of(".gamma", ".beta", ".sums");

        @Override
        public String name() {
            return "bn.reduce";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(6, 6);
            long channels = BnAct.Gradient.operands(in).shape().channels();
            TensorType parameter = TensorType.of(DType.F32, channels);
            return List.of(parameter, parameter, sumsType(channels));
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(asked, asked, Role.WORKSPACE);
        }

        @Override
        public String outputSuffix(int output) {
            return SUFFIXES.get(output);
        }

        @Override
        public Cost cost(Node node) {
            return reduction(node, 2, 12);
        }
    }

    /// Second half of the gradient. Operands da, y, gamma, beta, mean, invstd, sums; output dy and, with `recompute`,
    /// also `a`, as from [BnAct.Gradient].
    record Gradient(Activation activation, boolean recompute) implements BnHalf {
        /// Index of the sums among the operands.
        public static final int SUMS = 6;
        /// Index of the recomputed output `a`.
        public static final int RECOMPUTED = 1;

        @Override
        public String name() {
            return "bn.gradient";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(SUMS + 1, SUMS + 1);
            TensorType y = BnAct.Gradient.operands(in);
            in.vector(SUMS, "sums", exchanged(y.shape().channels()));
            return Collections.nCopies(recompute ? 2 : 1, y);
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(asked, Role.ACTIVATION).subList(0, outputs);
        }

        /// Omits `recompute` where it is false.
        @Override
        public String text() {
            return BnHalf.super.text().replace(", recompute=false", "");
        }

        @Override
        public String outputSuffix(int output) {
            return output == 0 ? "" : ".recomputed";
        }

        @Override
        public List<Alias> aliases(Node node) {
            return BnAct.Gradient.overwrites(recompute ? RECOMPUTED : BnAct.Gradient.NONE);
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, recompute ? 14 : 13);
        }
    }
}
