package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// Batch normalization fused with its activation. The normalized value and the sigmoid are never stored: the gradient
/// recomputes them from the convolution output `y[N,H,W,C]` and the saved batch statistics.
///
/// With `xhat = (y - mean) * invstd`, `z = gamma * xhat + beta` and `s = sigmoid(z)`: `a = z * s` (SiLU) or `a = z`;
/// `dz = da * s * (1 + z * (1 - s))` or `da`; `dbeta = sum dz`, `dgamma = sum dz * xhat`;
/// `dy = gamma * invstd * (dz - dbeta/m - xhat * dgamma/m)` with m = N*H*W. Statistics and sums are fp32.
///
/// A residual of y's type may be added to the activation's result, with the rounding of a separate [Add]: the
/// activation is rounded first, then the sum. The residual's gradient is da. A range of channels of `a` may be written
/// a second time, as a [Copy], for a convolution that reads them packed. The gradient, which has z in registers, can
/// also recompute `a`.
///
/// [Forward] and [Gradient] are also available in two halves each ([BnHalf]), between which ranks exchange sums.
public sealed interface BnAct extends Op {
    Activation activation();

    /// A range of channels of `a` that the kernel writes a second time, packed. [#NONE] has no channels.
    record Copy(long offset, long channels) {
        public static final Copy NONE = new Copy(0, 0);

        public boolean isNone() {
            return channels == 0;
        }

        @Override
        public String toString() {
            return isNone() ? "none" : offset + "+" + channels;
        }
    }

    /// Ops whose first output is `a`, with an optional copy of some channels as the last output.
    sealed interface Result extends BnAct {
        Copy copy();

        /// The same op with a copy.
        Result with(Copy copy);

        /// Omits the copy if there is none.
        @Override
        default String text() {
            return BnAct.super.text().replace(", copy=" + Copy.NONE, "");
        }
    }

    /// Index of the residual, the last operand of [Forward] and [Apply].
    int RESIDUAL = 5;

    /// Whether a node of [Forward] or [Apply] adds a residual.
    static boolean hasResidual(Node node) {
        return node.inputs().size() > RESIDUAL;
    }

    /// Checks the operands of [Forward] and [Apply]; returns y's type.
    private static TensorType operands(Operands in, String fourth, String fifth) {
        in.expect(RESIDUAL, RESIDUAL + 1);
        TensorType y = in.tensor(0, "y", 4);
        long channels = y.shape().channels();
        in.vector(1, "gamma", channels);
        in.vector(2, "beta", channels);
        in.vector(3, fourth, channels);
        in.vector(4, fifth, channels);
        if (in.count() > RESIDUAL) {
            in.same(in.any(RESIDUAL, "residual"), y, "residual and y");
        }
        return y;
    }

    /// The types, followed by the copy's type if there is a copy.
    private static List<TensorType> andCopy(Operands in, Copy copy, TensorType... types) {
        List<TensorType> all = new ArrayList<>(List.of(types));
        if (!copy.isNone()) {
            Shape a = types[0].shape();
            in.require(copy.offset >= 0 && copy.channels > 0 && copy.offset + copy.channels <= a.channels(),
                    "channels %d to %d are outside of y", copy.offset, copy.offset + copy.channels);
            all.add(types[0].withShape(a.withChannels(copy.channels)));
        }
        return all;
    }

    /// `a` may overwrite the residual or y, because the kernel works element by element.
    private static List<Alias> overwrites(Node node) {
        return hasResidual(node) ? List.of(Alias.reuse(0, RESIDUAL), Alias.reuse(0, 0)) : List.of(Alias.reuse(0, 0));
    }

    /// Training mode: batch statistics, and running statistics updated in place.
    ///
    /// Operands y, gamma, beta, running mean, running variance, optional residual; outputs a, mean, invstd, and the
    /// running statistics: `running = (1 - momentum) * running + momentum * batch`, with the unbiased batch variance.
    /// If a channel has only one value (m = 1), the unbiased variance does not exist, and both running statistics keep
    /// their values; the batch is normalized with its own statistics (variance 0) as usual.
    record Forward(Activation activation, double epsilon, double momentum, Copy copy)
            implements Result, Differentiable {
        private static final List<String> SUFFIXES =
                List.of("", ".mean", ".invstd", ".running_mean", ".running_var", ".copy");

        /// Without a copy.
        public Forward(Activation activation, double epsilon, double momentum) {
            this(activation, epsilon, momentum, Copy.NONE);
        }

        @Override
        public Forward with(Copy other) {
            return new Forward(activation, epsilon, momentum, other);
        }

        @Override
        public String name() {
            return "bnact.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            TensorType y = operands(in, "running mean", "running variance");
            TensorType statistic = TensorType.of(DType.F32, y.shape().channels());
            return andCopy(in, copy, y, statistic, statistic, statistic, statistic);
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(asked, asked, asked, Role.STATISTIC, Role.STATISTIC, asked).subList(0, outputs);
        }

        @Override
        public String outputSuffix(int output) {
            return SUFFIXES.get(output);
        }

        @Override
        public List<Alias> aliases(Node node) {
            List<Alias> aliases = new ArrayList<>(List.of(Alias.inPlace(3, 3), Alias.inPlace(4, 4)));
            aliases.addAll(overwrites(node));
            return aliases;
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value copied = copy.isNone() ? null : tape.gradientOf(node.outputs().getLast());
            if (copied != null) {
                long channels = node.output(0).shape().channels();
                tape.contribute(node.output(0), new Slice.Gradient(copy.offset, channels), copied);
            }
            Value da = tape.gradientOf(node.output(0));
            if (da == null) {
                return;
            }
            if (hasResidual(node)) {
                tape.contribute(node.input(RESIDUAL), da);
            }
            List<Value> grads = tape.emit(new Gradient(activation), da, node.input(0), node.input(1), node.input(2),
                    node.output(1), node.output(2));
            tape.contribute(node.input(0), grads.get(0));
            tape.contribute(node.input(1), grads.get(1));
            tape.contribute(node.input(2), grads.get(2));
        }

        /// Twelve operations per element: statistics 4, normalization 4, activation 4; the residual adds 1. y is read
        /// twice.
        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, hasResidual(node) ? 13 : 12).plus(new Cost(0, node.input(0).type().bytes()));
        }
    }

    /// Recomputes the result of a [Forward] bit for bit from the saved statistics; running statistics are not touched.
    ///
    /// Operands y, gamma, beta, mean, invstd, optional residual; output a.
    record Apply(Activation activation, Copy copy) implements Result {
        /// Without a copy.
        public Apply(Activation activation) {
            this(activation, Copy.NONE);
        }

        @Override
        public Apply with(Copy other) {
            return new Apply(activation, other);
        }

        @Override
        public String name() {
            return "bnact.apply";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            return andCopy(in, copy, operands(in, "mean", "invstd"));
        }

        @Override
        public String outputSuffix(int output) {
            return output == 0 ? "" : ".copy";
        }

        @Override
        public List<Alias> aliases(Node node) {
            return overwrites(node);
        }

        /// Normalization 4, activation 4, residual 1.
        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, hasResidual(node) ? 9 : 8);
        }
    }

    /// Operands da, y, gamma, beta, mean, invstd; outputs dy, dgamma, dbeta. dy may overwrite y or da.
    ///
    /// With `recompute`, `a` is an additional output, bit-identical to that of [Apply] without residual. It costs one
    /// write, and no memory if dy overwrites da and `a` overwrites y.
    record Gradient(Activation activation, boolean recompute) implements BnAct {
        /// Index of the recomputed output `a`.
        public static final int RECOMPUTED = 3;
        /// No output `a`.
        static final int NONE = -1;
        private static final List<String> SUFFIXES = List.of("", ".gamma", ".beta", ".recomputed");

        /// Without `a`.
        public Gradient(Activation activation) {
            this(activation, false);
        }

        @Override
        public String name() {
            return "bnact.gradient";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(6, 6);
            TensorType y = operands(in);
            TensorType parameter = TensorType.of(DType.F32, y.shape().channels());
            return recompute ? List.of(y, parameter, parameter, y) : List.of(y, parameter, parameter);
        }

        /// Checks the operands; returns y's type.
        static TensorType operands(Operands in) {
            TensorType y = in.tensor(1, "y", 4);
            in.same(in.tensor(0, "da", 4), y, "da and y");
            long channels = y.shape().channels();
            in.vector(2, "gamma", channels);
            in.vector(3, "beta", channels);
            in.vector(4, "mean", channels);
            in.vector(5, "invstd", channels);
            return y;
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(asked, asked, asked, Role.ACTIVATION).subList(0, outputs);
        }

        /// Omits `recompute` where it is false.
        @Override
        public String text() {
            return BnAct.super.text().replace(", recompute=false", "");
        }

        @Override
        public List<Alias> aliases(Node node) {
            return overwrites(recompute ? RECOMPUTED : NONE);
        }

        /// The kernel works element by element. With a recomputed `a`, dy prefers da's memory and leaves y's to `a`.
        ///
        /// @param recomputed index of the output `a`, or [#NONE]
        static List<Alias> overwrites(int recomputed) {
            return recomputed == NONE ? List.of(Alias.reuse(0, 1), Alias.reuse(0, 0))
                    : List.of(Alias.reuse(0, 0), Alias.reuse(0, 1), Alias.reuse(recomputed, 1),
                            Alias.reuse(recomputed, 0));
        }

        @Override
        public String outputSuffix(int output) {
            return SUFFIXES.get(output);
        }

        /// Two passes over da and y: reduce, then apply. Recomputing `a` adds one product, since z and s are at hand.
        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, recompute ? 26 : 25).plus(new Cost(0, 2.0 * node.input(0).type().bytes()));
        }
    }
}
