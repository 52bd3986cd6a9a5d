package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// Mean over a square window. Padding counts as zeros, so the divisor is `kernel^2` everywhere. The windows of ADown
/// and AConv have no padding.
public sealed interface AveragePool extends Op {
    int kernel();

    int stride();

    int padding();

    private static void check(int kernel, int stride, int padding) {
        if (kernel < 1 || stride < 1 || padding < 0) {
            throw new IllegalArgumentException("kernel " + kernel + ", stride " + stride + ", padding " + padding
                    + ": kernel and stride must be positive, padding not negative");
        }
    }

    private static Shape output(AveragePool pool, Operands in, Shape x) {
        in.require(pool.padding() * 2 <= pool.kernel(), "padding %d is more than half of the kernel, %d",
                pool.padding(), pool.kernel());
        Window window = Window.of(pool.stride(), pool.padding());
        long height = window.extent(x.dim(1), pool.kernel());
        long width = window.extent(x.dim(2), pool.kernel());
        in.require(height > 0 && width > 0, "a window of %d does not fit an image of %dx%d", pool.kernel(), x.dim(1),
                x.dim(2));
        return Shape.of(x.dim(0), height, width, x.channels());
    }

    /// `y[n,p,q,c] = sum over the window of x / kernel^2`.
    record Forward(int kernel, int stride, int padding) implements AveragePool, Differentiable {
        public Forward {
            check(kernel, stride, padding);
        }

        @Override
        public String name() {
            return "averagepool.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 1);
            TensorType x = in.tensor(0, "x", 4);
            return List.of(x.withShape(output(this, in, x.shape())));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value x = node.input(0);
            if (tape.wants(x)) {
                tape.contribute(x, new Gradient(kernel, stride, padding, x.shape()), tape.gradientOf(node.output(0)));
            }
        }

        @Override
        public Cost cost(Node node) {
            return Cost.pointwise(node, (double) kernel * kernel);
        }
    }

    /// Operand dy; output dx of x's shape: the sum of dy over all windows that contain a pixel, divided by `kernel^2`.
    record Gradient(int kernel, int stride, int padding, Shape x) implements AveragePool, Accumulating {
        public Gradient {
            check(kernel, stride, padding);
        }

        @Override
        public String name() {
            return "averagepool.gradient";
        }

        @Override
        public int operands() {
            return 1;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 2);
            TensorType dy = in.tensor(0, "dy", 4);
            in.same(dy.withShape(output(this, in, x)), dy, "the pool's output and dy");
            TensorType dx = dy.withShape(x);
            if (in.count() > operands()) {
                in.same(dx, in.any(operands(), "the existing gradient"), "the gradient and the one to add to");
            }
            return List.of(dx);
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, (double) kernel * kernel * node.input(0).shape().count());
        }
    }
}
