package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.MatMul;

/// Ops of attention: batched matrix products, one per image, and softmax.
final class ReferenceAttention {
    private ReferenceAttention() {
    }

    static double[] product(MatMul op, Node node, double[] a, double[] b) {
        Shape left = node.input(0).shape();
        Shape right = node.input(1).shape();
        int columnsA = (int) left.channels();
        int columnsB = (int) right.channels();
        int pixelsA = (int) (left.dim(1) * left.dim(2));
        int pixelsB = (int) (right.dim(1) * right.dim(2));
        int rows = op.leftTransposed() ? columnsA : pixelsA;
        int terms = op.leftTransposed() ? pixelsA : columnsA;
        int columns = op.rightTransposed() ? pixelsB : columnsB;
        double[] y = new double[(int) node.output(0).shape().count()];
        for (int i = 0; i < y.length; i++) {
            int image = i / columns / rows;
            int row = i / columns % rows;
            int column = i % columns;
            double sum = 0;
            for (int term = 0; term < terms; term++) {
                int inA = op.leftTransposed() ? term * columnsA + row : row * columnsA + term;
                int inB = op.rightTransposed() ? column * columnsB + term : term * columnsB + column;
                sum += a[image * pixelsA * columnsA + inA] * b[image * pixelsB * columnsB + inB];
            }
            y[i] = op.scale() * sum;
        }
        return y;
    }

    static double[] softmax(Node node, double[] x) {
        int columns = (int) node.output(0).shape().channels();
        double[] y = new double[x.length];
        for (int start = 0; start < x.length; start += columns) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = start; i < start + columns; i++) {
                largest = Math.max(largest, x[i]);
            }
            double sum = 0;
            for (int i = start; i < start + columns; i++) {
                y[i] = Math.exp(x[i] - largest);
                sum += y[i];
            }
            for (int i = start; i < start + columns; i++) {
                y[i] /= sum;
            }
        }
        return y;
    }

    static double[] softmaxGradient(Node node, double[] dy, double[] y) {
        int columns = (int) node.output(0).shape().channels();
        double[] dx = new double[y.length];
        for (int start = 0; start < y.length; start += columns) {
            double sum = 0;
            for (int i = start; i < start + columns; i++) {
                sum += dy[i] * y[i];
            }
            for (int i = start; i < start + columns; i++) {
                dx[i] = y[i] * (dy[i] - sum);
            }
        }
        return dx;
    }
}
