package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// The activation `a = x * sigmoid(x)` alone, which remains of a [BnAct] when its normalization is folded.
public sealed interface Silu extends Op {
    /// `a = x * sigmoid(x)`; may overwrite x.
    record Forward() implements Silu, Differentiable {
        @Override
        public String name() {
            return "silu.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 1);
            return List.of(in.any(0, "x"));
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.reuse(0, 0));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value x = node.input(0);
            if (tape.wants(x)) {
                tape.contribute(x, tape.emit(new Gradient(), tape.gradientOf(node.output(0)), x).getFirst());
            }
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 4);
        }
    }

    /// `dx = da * s * (1 + x * (1 - s))` with `s = sigmoid(x)`; operands da, x.
    record Gradient() implements Silu {
        @Override
        public String name() {
            return "silu.gradient";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 2);
            in.same(in.any(0, "da"), in.any(1, "x"), "da and x");
            return List.of(in.any(0, "da"));
        }

        @Override
        public List<Alias> aliases(Node node) {
            return List.of(Alias.reuse(0, 1), Alias.reuse(0, 0));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 8);
        }
    }
}
