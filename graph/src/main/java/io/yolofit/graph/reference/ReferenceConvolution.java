package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import java.util.List;

/// Convolution and its adjoints: one loop nest over all products `y[n,p,q,k] += x[n,h,w,c] * w[k,r,s,c']`, shared by
/// forward, data gradient and weight gradient.
final class ReferenceConvolution {
    private ReferenceConvolution() {
    }

    static double[] forward(Window window, Node node, List<double[]> in) {
        double[] x = in.get(0);
        double[] w = in.get(1);
        Images output = Images.of(node.output(0));
        double[] y = new double[output.count()];
        if (in.size() == 3) {
            for (int i = 0; i < y.length; i++) {
                y[i] = in.get(2)[i % output.channels()];
            }
        }
        walk(window, Images.of(node.input(0)), Images.of(node.input(1)), output,
                (atX, atW, atY, channels) -> {
                    for (int c = 0; c < channels; c++) {
                        y[atY] += x[atX + c] * w[atW + c];
                    }
                });
        return y;
    }

    static double[] dataGradient(Conv2d.DataGrad op, Node node, double[] dy, double[] w) {
        Images input = Images.of(op.x());
        double[] dx = new double[input.count()];
        walk(op.window(), input, Images.of(node.input(1)), Images.of(node.input(0)),
                (atX, atW, atY, channels) -> {
                    for (int c = 0; c < channels; c++) {
                        dx[atX + c] += dy[atY] * w[atW + c];
                    }
                });
        return dx;
    }

    static double[] weightGradient(Conv2d.WeightGrad op, Node node, double[] x, double[] dy) {
        Images kernel = Images.of(op.w());
        double[] dw = new double[kernel.count()];
        walk(op.window(), Images.of(node.input(0)), kernel, Images.of(node.input(1)),
                (atX, atW, atY, channels) -> {
                    for (int c = 0; c < channels; c++) {
                        dw[atW + c] += dy[atY] * x[atX + c];
                    }
                });
        return dw;
    }

    static double[] biasGradient(Node node, double[] dy) {
        double[] db = new double[Images.of(node.input(0)).channels()];
        for (int i = 0; i < dy.length; i++) {
            db[i % db.length] += dy[i];
        }
        return db;
    }

    /// The products of one output element with the channels of one pixel: indices of the first factors and of the sum.
    @FunctionalInterface
    private interface Products {
        void visit(int atX, int atW, int atY, int channels);
    }

    /// Visits every product. The dimensions of `w` are output channels, kernel height, kernel width, and channels of a
    /// group.
    private static void walk(Window window, Images x, Images w, Images y, Products products) {
        int outputsOfGroup = w.images() / window.groups();
        for (int n = 0; n < y.images(); n++) {
            for (int p = 0; p < y.height(); p++) {
                for (int q = 0; q < y.width(); q++) {
                    for (int r = 0; r < w.height(); r++) {
                        for (int s = 0; s < w.width(); s++) {
                            int row = p * window.stride() - window.padding() + r * window.dilation();
                            int column = q * window.stride() - window.padding() + s * window.dilation();
                            if (x.contains(row, column)) {
                                for (int k = 0; k < y.channels(); k++) {
                                    int firstChannel = k / outputsOfGroup * w.channels();
                                    products.visit(x.at(n, row, column, firstChannel), w.at(k, r, s, 0),
                                            y.at(n, p, q, k), w.channels());
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
