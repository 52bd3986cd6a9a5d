package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.MaxPool;

/// Max pooling, average pooling and nearest-neighbor upsampling, with their gradients.
final class ReferenceShape {
    private ReferenceShape() {
    }

    static double[] maximum(MaxPool op, Node node, double[] x) {
        Images input = Images.of(node.input(0));
        Images output = Images.of(node.output(0));
        double[] y = new double[output.count()];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[argmax(op, input, output, x, i)];
        }
        return y;
    }

    static double[] maximumGradient(MaxPool op, Node node, double[] x, double[] dy) {
        Images input = Images.of(node.input(0));
        Images output = Images.of(node.input(1));
        double[] dx = new double[x.length];
        for (int i = 0; i < dy.length; i++) {
            dx[argmax(op, input, output, x, i)] += dy[i];
        }
        return dx;
    }

    /// Index in x of an output element's maximum: the first of equal ones.
    private static int argmax(MaxPool op, Images input, Images output, double[] x, int element) {
        int channel = element % output.channels();
        int column = element / output.channels() % output.width();
        int row = element / output.channels() / output.width() % output.height();
        int image = element / output.channels() / output.width() / output.height();
        int best = -1;
        for (int r = 0; r < op.kernel(); r++) {
            for (int s = 0; s < op.kernel(); s++) {
                int h = row * op.stride() - op.padding() + r;
                int w = column * op.stride() - op.padding() + s;
                if (input.contains(h, w)) {
                    int candidate = input.at(image, h, w, channel);
                    if (best < 0 || x[candidate] > x[best]) {
                        best = candidate;
                    }
                }
            }
        }
        return best;
    }

    static double[] average(AveragePool op, Node node, double[] x) {
        double[] y = new double[Images.of(node.output(0)).count()];
        average(op, Images.of(node.input(0)), Images.of(node.output(0)), (pixel, window) -> y[window] += x[pixel]);
        return ReferenceCopy.times(y, 1.0 / (op.kernel() * op.kernel()));
    }

    static double[] averageGradient(AveragePool op, Node node, double[] dy) {
        double[] dx = new double[Images.of(node.output(0)).count()];
        average(op, Images.of(node.output(0)), Images.of(node.input(0)), (pixel, window) -> dx[pixel] += dy[window]);
        return ReferenceCopy.times(dx, 1.0 / (op.kernel() * op.kernel()));
    }

    /// A pixel of the input, and a window that contains it.
    private interface Pair {
        void visit(int pixel, int window);
    }

    private static void average(AveragePool op, Images input, Images output, Pair pair) {
        for (int i = 0; i < output.count(); i++) {
            int channel = i % output.channels();
            int column = i / output.channels() % output.width();
            int row = i / output.channels() / output.width() % output.height();
            int image = i / output.channels() / output.width() / output.height();
            for (int tap = 0; tap < op.kernel() * op.kernel(); tap++) {
                int h = row * op.stride() - op.padding() + tap / op.kernel();
                int w = column * op.stride() - op.padding() + tap % op.kernel();
                if (input.contains(h, w)) {
                    pair.visit(input.at(image, h, w, channel), i);
                }
            }
        }
    }

    static double[] upsample(int factor, Node node, double[] x) {
        Images input = Images.of(node.input(0));
        Images output = Images.of(node.output(0));
        double[] y = new double[output.count()];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[source(factor, input, output, i)];
        }
        return y;
    }

    static double[] upsampleGradient(int factor, Node node, double[] dy) {
        Images input = Images.of(node.output(0));
        Images output = Images.of(node.input(0));
        double[] dx = new double[input.count()];
        for (int i = 0; i < dy.length; i++) {
            dx[source(factor, input, output, i)] += dy[i];
        }
        return dx;
    }

    /// Index of the element that an output element repeats.
    private static int source(int factor, Images input, Images output, int element) {
        int channel = element % output.channels();
        int column = element / output.channels() % output.width();
        int row = element / output.channels() / output.width() % output.height();
        int image = element / output.channels() / output.width() / output.height();
        return input.at(image, row / factor, column / factor, channel);
    }
}
