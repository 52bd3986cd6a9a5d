package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// Two-dimensional convolution and its adjoints.
///
/// `x[N,H,W,C]`, `w[K,R,S,C/groups]` and an optional bias `b[K]` give `y[N,P,Q,K]` with
/// `P = floor((H + 2*padding - dilation*(R-1) - 1) / stride) + 1`, and Q likewise from W and S. Kernels read and write
/// packed tensors only: libraries pack a channel slice of a wider tensor before they read it.
public sealed interface Conv2d extends Op {
    Window window();

    @Override
    default boolean readsPacked(int input) {
        return true;
    }

    @Override
    default boolean writesPacked(int output) {
        return true;
    }

    /// `2 * |y| * (C/groups) * R * S` operations, for the forward pass and for each adjoint.
    private static double flops(Shape y, Shape w) {
        return 2.0 * y.count() * w.count() / w.dim(0);
    }

    /// `y = x * w (+ b)`. The gradient reads x and w but never y, so y may be freed or overwritten.
    record Forward(Window window) implements Conv2d, Differentiable {
        @Override
        public String name() {
            return "conv2d.forward";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 3);
            TensorType x = in.tensor(0, "x", 4);
            TensorType w = in.tensor(1, "w", 4);
            long expected = w.shape().channels() * window.groups();
            in.require(x.dtype() == w.dtype(), "x is %s, but w is %s", x.dtype().text(), w.dtype().text());
            in.require(x.shape().channels() == expected, "x has %d channels, but w expects %d", x.shape().channels(),
                    expected);
            long outputs = w.shape().dim(0);
            in.require(outputs % window.groups() == 0, "%d output channels do not split into %d groups", outputs,
                    window.groups());
            if (in.count() == 3) {
                TensorType b = in.tensor(2, "b", 1);
                in.require(b.shape().dim(0) == outputs, "b has %d elements, but w has %d outputs", b.shape().dim(0),
                        outputs);
            }
            long height = window.extent(x.shape().dim(1), w.shape().dim(1));
            long width = window.extent(x.shape().dim(2), w.shape().dim(2));
            in.require(height > 0 && width > 0, "a %dx%d kernel does not fit a %dx%d image", w.shape().dim(1),
                    w.shape().dim(2), x.shape().dim(1), x.shape().dim(2));
            return List.of(x.withShape(x.shape().dim(0), height, width, outputs));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value x = node.input(0);
            Value w = node.input(1);
            Value dy = tape.gradientOf(node.output(0));
            if (node.inputs().size() == 3 && tape.wants(node.input(2))) {
                tape.contribute(node.input(2), new BiasGrad(window), dy);
            }
            if (tape.wants(w)) {
                tape.contribute(w, new WeightGrad(window, w.shape()), x, dy);
            }
            if (tape.wants(x)) {
                tape.contribute(x, new DataGrad(window, x.shape()), dy, w);
            }
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, flops(node.output(0).shape(), node.input(1).shape()));
        }
    }

    /// `dx = dy *' w (+ existing)`, the input's shape.
    record DataGrad(Window window, Shape x) implements Conv2d, Accumulating {
        @Override
        public String name() {
            return "conv2d.datagrad";
        }

        @Override
        public int operands() {
            return 2;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 3);
            TensorType dx = in.tensor(0, "dy", 4).withShape(x);
            TensorType w = in.tensor(1, "w", 4);
            in.require(w.shape().channels() * window.groups() == x.channels(), "w expects %d channels, but x has %d",
                    w.shape().channels() * window.groups(), x.channels());
            if (in.count() == 3) {
                in.same(dx, in.tensor(2, "existing", 4), "the gradient and the one to add to");
            }
            return List.of(dx);
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, flops(node.input(0).shape(), node.input(1).shape()));
        }
    }

    /// `dw = x *'' dy (+ existing)`, the weight's shape, always fp32.
    record WeightGrad(Window window, Shape w) implements Conv2d, Accumulating {
        @Override
        public String name() {
            return "conv2d.weightgrad";
        }

        @Override
        public int operands() {
            return 2;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(2, 3);
            TensorType x = in.tensor(0, "x", 4);
            TensorType dy = in.tensor(1, "dy", 4);
            in.require(x.dtype() == dy.dtype(), "x is %s, but dy is %s", x.dtype().text(), dy.dtype().text());
            in.require(dy.shape().channels() == w.dim(0), "dy has %d channels, but w has %d outputs",
                    dy.shape().channels(), w.dim(0));
            return List.of(new TensorType(DType.F32, w));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, flops(node.input(1).shape(), w));
        }
    }

    /// `db[k] = sum over n,p,q of dy[n,p,q,k] (+ existing)`, fp32.
    record BiasGrad(Window window) implements Conv2d, Accumulating {
        @Override
        public String name() {
            return "conv2d.biasgrad";
        }

        @Override
        public int operands() {
            return 1;
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(1, 2);
            return List.of(TensorType.of(DType.F32, in.tensor(0, "dy", 4).shape().channels()));
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, node.input(0).shape().count());
        }
    }

    /// A node's operands without an existing gradient; for engines.
    static List<Value> operands(Node node) {
        List<Value> operands = new ArrayList<>(node.inputs());
        if (node.op() instanceof Accumulating op && op.accumulates(node)) {
            operands.removeLast();
        }
        return operands;
    }
}
