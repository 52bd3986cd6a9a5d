package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// The activation `a = x` where x is positive, else `slope * x`, alone, which remains of a [BnAct] when its
/// normalization is folded. ReLU has slope 0.
public sealed interface LeakyRelu extends Op {
    double slope();

    private static void check(double slope) {
        if (!(slope >= 0 && slope < 1)) {
            throw new IllegalArgumentException("slope " + slope + ", but it must be at least 0 and below 1");
        }
    }

    /// `a = x > 0 ? x : slope * x`; may overwrite x.
    record Forward(double slope) implements LeakyRelu, Differentiable {
        public Forward {
            check(slope);
        }

        @Override
        public String name() {
            return "leaky_relu.forward";
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
                tape.contribute(x, tape.emit(new Gradient(slope), tape.gradientOf(node.output(0)), x).getFirst());
            }
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 1);
        }
    }

    /// `dx = x > 0 ? da : slope * da`; operands da, x.
    record Gradient(double slope) implements LeakyRelu {
        public Gradient {
            check(slope);
        }

        @Override
        public String name() {
            return "leaky_relu.gradient";
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
            return Cost.pointwise(node, 1);
        }
    }
}
