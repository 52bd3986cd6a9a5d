package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// Batch normalisation and activation as one op, so that the normalised value and the sigmoid are never stored: its
/// gradient rebuilds them from the convolution's output `y[N,H,W,C]` and the batch statistics.
///
/// With `xhat = (y - mean) * invstd`, `z = gamma * xhat + beta` and `s = sigmoid(z)`: `a = z * s` (SiLU) or `a = z`;
/// `dz = da * s * (1 + z * (1 - s))` or `da`; `dbeta = sum dz`, `dgamma = sum dz * xhat`;
/// `dy = gamma * invstd * (dz - dbeta/m - xhat * dgamma/m)` with m = N*H*W. Statistics and sums are fp32.
public sealed interface BnAct extends Op {
    Activation activation();

    /// Training: statistics of this batch, running statistics updated in place.
    ///
    /// Operands y, gamma, beta, running mean, running variance; outputs a, mean, invstd, and the running statistics:
    /// `running = (1 - momentum) * running + momentum * batch`, with the unbiased batch variance.
    record Forward(Activation activation, double epsilon, double momentum) implements BnAct, Differentiable {
        @Override
        public String name() {
            return "bnact.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(5, 5);
            TensorType y = in.tensor(0, "y", 4);
            long channels = y.shape().channels();
            in.vector(1, "gamma", channels);
            in.vector(2, "beta", channels);
            in.vector(3, "running mean", channels);
            in.vector(4, "running variance", channels);
            TensorType statistic = TensorType.of(DType.F32, channels);
            return List.of(y, statistic, statistic, statistic, statistic);
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(asked, asked, asked, Role.STATISTIC, Role.STATISTIC);
        }

        @Override
        public String outputSuffix(int output) {
            return List.of("", ".mean", ".invstd", ".running_mean", ".running_var").get(output);
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.inPlace(3, 3), Alias.inPlace(4, 4), Alias.reuse(0, 0));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value da = tape.gradientOf(node.output(0));
            if (da == null) {
                return;
            }
            List<Value> grads = tape.emit(new Gradient(activation), da, node.input(0), node.input(1), node.input(2),
                    node.output(1), node.output(2));
            tape.contribute(node.input(0), grads.get(0));
            tape.contribute(node.input(1), grads.get(1));
            tape.contribute(node.input(2), grads.get(2));
        }

        /// Twelve operations an element: statistics 4, normalise 4, activation 4; y is read twice.
        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 12).plus(new Cost(0, node.input(0).type().bytes()));
        }
    }

    /// The result of a forward pass again, to the bit, from its saved statistics; running statistics stay as they are.
    ///
    /// Operands y, gamma, beta, mean, invstd; output a, which may overwrite y.
    record Apply(Activation activation) implements BnAct {
        @Override
        public String name() {
            return "bnact.apply";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(5, 5);
            TensorType y = in.tensor(0, "y", 4);
            long channels = y.shape().channels();
            in.vector(1, "gamma", channels);
            in.vector(2, "beta", channels);
            in.vector(3, "mean", channels);
            in.vector(4, "invstd", channels);
            return List.of(y);
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.reuse(0, 0));
        }

        /// Normalise 4, activation 4.
        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 8);
        }
    }

    /// Operands da, y, gamma, beta, mean, invstd; outputs dy, dgamma, dbeta. dy may overwrite y or da.
    record Gradient(Activation activation) implements BnAct {
        @Override
        public String name() {
            return "bnact.gradient";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(6, 6);
            TensorType y = in.tensor(1, "y", 4);
            in.same(in.tensor(0, "da", 4), y, "da and y");
            long channels = y.shape().channels();
            in.vector(2, "gamma", channels);
            in.vector(3, "beta", channels);
            in.vector(4, "mean", channels);
            in.vector(5, "invstd", channels);
            TensorType parameter = TensorType.of(DType.F32, channels);
            return List.of(y, parameter, parameter);
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.reuse(0, 1), Alias.reuse(0, 0));
        }

        @Override
        public String outputSuffix(int output) {
            return List.of("", ".gamma", ".beta").get(output);
        }

        /// Two passes over da and y: one to reduce, one to apply.
        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 25).plus(new Cost(0, 2.0 * node.input(0).type().bytes()));
        }
    }
}
