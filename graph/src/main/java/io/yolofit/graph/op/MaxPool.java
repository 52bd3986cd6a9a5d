package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// Maximum over a square window; padding counts as negative infinity. The gradient recomputes the argmax from x, so no
/// indices are stored; the first of equal maxima in row-major order gets the gradient.
public sealed interface MaxPool extends Op {
    int kernel();

    int stride();

    int padding();

    private static void check(int kernel, int stride, int padding) {
        if (kernel < 1 || stride < 1 || padding < 0) {
            throw new IllegalArgumentException("kernel " + kernel + ", stride " + stride + ", padding " + padding
                    + ": kernel and stride must be positive, padding not negative");
        }
    }

    private static TensorType outputType(MaxPool pool, Operands in, TensorType x) {
        in.require(pool.padding() * 2 <= pool.kernel(), "padding %d is more than half of the kernel, %d",
                pool.padding(),
                pool.kernel());
        long height = Math.floorDiv(x.shape().dim(1) + 2L * pool.padding() - pool.kernel(), pool.stride()) + 1;
        long width = Math.floorDiv(x.shape().dim(2) + 2L * pool.padding() - pool.kernel(), pool.stride()) + 1;
        in.require(height > 0 && width > 0, "a window of %d does not fit an image of %dx%d", pool.kernel(),
                x.shape().dim(1), x.shape().dim(2));
        return x.withShape(x.shape().dim(0), height, width, x.shape().channels());
    }

    /// `y[n,p,q,c] = max over the window of x`.
    record Forward(int kernel, int stride, int padding) implements MaxPool, Differentiable {
        public Forward {
            check(kernel, stride, padding);
        }

        @Override
        public String name() {
            return "maxpool.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 1);
            return List.of(outputType(this, in, in.tensor(0, "x", 4)));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value x = node.input(0);
            if (tape.wants(x)) {
                tape.contribute(x, new Gradient(kernel, stride, padding), x, tape.gradientOf(node.output(0)));
            }
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, (double) kernel * kernel);
        }
    }

    /// Operands x, dy; output dx.
    record Gradient(int kernel, int stride, int padding) implements MaxPool, Accumulating {
        public Gradient {
            check(kernel, stride, padding);
        }

        @Override
        public String name() {
            return "maxpool.gradient";
        }

        @Override
        public int operands() {
            return 2;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 3);
            TensorType x = in.tensor(0, "x", 4);
            in.same(outputType(this, in, x), in.tensor(1, "dy", 4), "the pool's output and dy");
            return List.of(x);
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, (double) kernel * kernel);
        }
    }
}
