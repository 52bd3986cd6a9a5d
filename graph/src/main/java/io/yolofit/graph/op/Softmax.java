package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// Softmax over the last dimension, for any rank. Its gradient reads y only, so x may be overwritten.
public sealed interface Softmax extends Op {
    /// `y[r,i] = exp(x[r,i]) / sum over j of exp(x[r,j])`; may overwrite x.
    record Forward() implements Softmax, Differentiable {
        @Override
        public String name() {
            return "softmax.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 1);
            TensorType x = in.any(0, "x");
            in.require(x.shape().rank() > 0 && x.dtype().isFloat(), "x is %s, but must have a last dimension and a "
                    + "floating-point type", x);
            return List.of(x);
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.reuse(0, 0));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value x = node.input(0);
            if (tape.wants(x)) {
                Value y = node.output(0);
                tape.contribute(x, tape.emit(new Gradient(), tape.gradientOf(y), y).getFirst());
            }
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 5);
        }
    }

    /// `dx[r,i] = y[r,i] * (dy[r,i] - sum over j of dy[r,j] * y[r,j])`; operands dy, y; may overwrite either.
    record Gradient() implements Softmax {
        @Override
        public String name() {
            return "softmax.gradient";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 2);
            in.same(in.any(0, "dy"), in.any(1, "y"), "dy and y");
            return List.of(in.any(0, "dy"));
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.reuse(0, 0), Alias.reuse(0, 1));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 4);
        }
    }
}
