package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import java.util.List;

/// Batched matrix products, one per image, times a factor: the building blocks of attention.
///
/// An activation `[N,H,W,C]` is, per image, a row-major matrix of `H*W` pixels by `C` channels. Results keep two pixel
/// dimensions, so nothing is reshaped or transposed: the channels of an attention head are a [Slice] read with a pitch,
/// and its result is a part of a [Concat] written with a pitch. For queries, keys and values of one head:
/// ```
/// %s = matmul.right_transposed %q, %k      q[N,H,W,K], k[N,H,W,K] give s[N,H,W,H*W], query pixels by key pixels
/// %p = softmax.forward %s
/// %o = matmul.plain %p, %v                 p[N,H,W,H*W], v[N,H,W,C] give o[N,H,W,C]
/// ```
/// The three forms are closed under differentiation. With a third operand of the result's type, the product is added to
/// it. Sums are accumulated in fp32, then scaled and rounded once.
public sealed interface MatMul extends Accumulating, Differentiable {
    /// Factor of every product.
    double scale();

    /// Whether the contraction is over the left operand's pixels instead of its channels.
    boolean leftTransposed();

    /// Whether the contraction is over the right operand's channels instead of its pixels.
    boolean rightTransposed();

    /// Shape of the result, for operands that fit.
    Shape result(Shape left, Shape right);

    /// `y = scale * a b`: `a[N,H,W,P]` and `b[N,R,S,C]` with `P = R*S` give `y[N,H,W,C]`.
    record Plain(double scale) implements MatMul {
        public Plain {
            check(scale);
        }

        @Override
        public String name() {
            return "matmul.plain";
        }

        @Override
        public boolean leftTransposed() {
            return false;
        }

        @Override
        public boolean rightTransposed() {
            return false;
        }

        @Override
        public Shape result(Shape left, Shape right) {
            return left.withChannels(right.channels());
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value a = node.input(0);
            Value b = node.input(1);
            Value dy = tape.gradientOf(node.output(0));
            if (tape.wants(a)) {
                tape.contribute(a, new RightTransposed(scale), dy, b);
            }
            if (tape.wants(b)) {
                tape.contribute(b, new LeftTransposed(scale, b.shape().dim(1), b.shape().dim(2)), a, dy);
            }
            passToExisting(tape, node);
        }
    }

    /// `y = scale * a b^T`: `a[N,H,W,C]` and `b[N,R,S,C]` give `y[N,H,W,R*S]`.
    record RightTransposed(double scale) implements MatMul {
        public RightTransposed {
            check(scale);
        }

        @Override
        public String name() {
            return "matmul.right_transposed";
        }

        @Override
        public boolean leftTransposed() {
            return false;
        }

        @Override
        public boolean rightTransposed() {
            return true;
        }

        @Override
        public Shape result(Shape left, Shape right) {
            return left.withChannels(pixels(right));
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value a = node.input(0);
            Value b = node.input(1);
            Value dy = tape.gradientOf(node.output(0));
            if (tape.wants(a)) {
                tape.contribute(a, new Plain(scale), dy, b);
            }
            if (tape.wants(b)) {
                tape.contribute(b, new LeftTransposed(scale, b.shape().dim(1), b.shape().dim(2)), dy, a);
            }
            passToExisting(tape, node);
        }
    }

    /// `y = scale * a^T b`: `a[N,H,W,P]` and `b[N,H,W,C]` with `P = height * width` give `y[N,height,width,C]`.
    record LeftTransposed(double scale, long height, long width) implements MatMul {
        public LeftTransposed {
            check(scale);
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("a result of " + height + "x" + width + " pixels, but both must be "
                        + "positive");
            }
        }

        @Override
        public String name() {
            return "matmul.left_transposed";
        }

        @Override
        public boolean leftTransposed() {
            return true;
        }

        @Override
        public boolean rightTransposed() {
            return false;
        }

        @Override
        public Shape result(Shape left, Shape right) {
            return Shape.of(left.dim(0), height, width, right.channels());
        }

        @Override
        public void gradient(Tape tape, Node node) {
            Value a = node.input(0);
            Value b = node.input(1);
            Value dy = tape.gradientOf(node.output(0));
            if (tape.wants(a)) {
                tape.contribute(a, new RightTransposed(scale), b, dy);
            }
            if (tape.wants(b)) {
                tape.contribute(b, new Plain(scale), a, dy);
            }
            passToExisting(tape, node);
        }
    }

    private static void check(double scale) {
        if (!Double.isFinite(scale) || scale == 0) {
            throw new IllegalArgumentException("scale " + scale + ", but it must be finite and not 0");
        }
    }

    private static long pixels(Shape shape) {
        return shape.dim(1) * shape.dim(2);
    }

    private static void passToExisting(Tape tape, Node node) {
        if (node.inputs().size() > 2) {
            tape.contribute(node.input(2), tape.gradientOf(node.output(0)));
        }
    }

    @Override
    default int operands() {
        return 2;
    }

    @Override
    default List<TensorType> infer(Operands in) {
        in.expect(2, 3);
        TensorType left = in.tensor(0, "a", 4);
        TensorType right = in.tensor(1, "b", 4);
        in.require(left.dtype().isFloat() && left.dtype() == right.dtype(),
                "a is %s and b is %s, but both must have the same floating-point type", left.dtype().text(),
                right.dtype().text());
        Shape a = left.shape();
        Shape b = right.shape();
        in.require(a.dim(0) == b.dim(0), "a has %d images, but b has %d", a.dim(0), b.dim(0));
        if (this instanceof LeftTransposed op) {
            in.require(a.dim(1) == b.dim(1) && a.dim(2) == b.dim(2), "a has %dx%d pixels, but b has %dx%d", a.dim(1),
                    a.dim(2), b.dim(1), b.dim(2));
            in.require(a.channels() == op.height() * op.width(), "a has %d columns, but the result %dx%d pixels",
                    a.channels(), op.height(), op.width());
        } else if (rightTransposed()) {
            in.require(a.channels() == b.channels(), "a has %d channels, but b has %d", a.channels(), b.channels());
        } else {
            in.require(a.channels() == pixels(b), "a has %d columns, but b has %dx%d pixels", a.channels(), b.dim(1),
                    b.dim(2));
        }
        TensorType y = left.withShape(result(a, b));
        if (in.count() > operands()) {
            in.same(y, in.any(operands(), "existing"), "the product and what it is added to");
        }
        return List.of(y);
    }

    /// One multiply-add per element of the result and term of its sum.
    @Override
    default Cost cost(Node node) {
        Shape a = node.input(0).shape();
        long terms = leftTransposed() ? pixels(a) : a.channels();
        return Cost.of(node, 2.0 * terms * node.output(0).shape().count());
    }
}
