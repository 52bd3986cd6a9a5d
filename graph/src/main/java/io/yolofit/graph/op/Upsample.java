package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// Nearest-neighbor upsampling by an integer factor.
public sealed interface Upsample extends Op {
    int factor();

    private static void check(int factor) {
        if (factor < 1) {
            throw new IllegalArgumentException("factor " + factor + ", but it must be positive");
        }
    }

    /// `y[n,h,w,c] = x[n,h/factor,w/factor,c]`.
    record Forward(int factor) implements Upsample, Differentiable {
        public Forward {
            check(factor);
        }

        @Override
        public String name() {
            return "upsample.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 1);
            TensorType x = in.tensor(0, "x", 4);
            return List.of(x.withShape(x.shape().dim(0), x.shape().dim(1) * factor, x.shape().dim(2) * factor,
                    x.shape().channels()));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            if (tape.wants(node.input(0))) {
                tape.contribute(node.input(0), new Gradient(factor), tape.gradientOf(node.output(0)));
            }
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, 0);
        }
    }

    /// `dx = sum of dy over each factor x factor square`.
    record Gradient(int factor) implements Upsample, Accumulating {
        public Gradient {
            check(factor);
        }

        @Override
        public String name() {
            return "upsample.gradient";
        }

        @Override
        public int operands() {
            return 1;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 2);
            TensorType dy = in.tensor(0, "dy", 4);
            in.require(dy.shape().dim(1) % factor == 0 && dy.shape().dim(2) % factor == 0,
                    "%dx%d does not divide by %d", dy.shape().dim(1), dy.shape().dim(2), factor);
            return List.of(dy.withShape(dy.shape().dim(0), dy.shape().dim(1) / factor, dy.shape().dim(2) / factor,
                    dy.shape().channels()));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, node.input(0).shape().count());
        }
    }
}
