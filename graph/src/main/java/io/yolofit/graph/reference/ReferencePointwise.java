package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.FoldBatchNorm;
import java.util.List;

/// Activations alone, and the weights of folded and of summed convolutions.
final class ReferencePointwise {
    private ReferencePointwise() {
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static double[] silu(double[] x) {
        double[] a = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            a[i] = x[i] * sigmoid(x[i]);
        }
        return a;
    }

    static double[] siluGradient(double[] da, double[] x) {
        double[] dx = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            dx[i] = da[i] * siluSlope(x[i]);
        }
        return dx;
    }

    static double[] leaky(double slope, double[] x) {
        double[] a = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            a[i] = x[i] > 0 ? x[i] : slope * x[i];
        }
        return a;
    }

    static double[] leakyGradient(double slope, double[] da, double[] x) {
        double[] dx = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            dx[i] = x[i] > 0 ? da[i] : slope * da[i];
        }
        return dx;
    }

    /// The derivative of an activation.
    static double slope(Activation activation, double z) {
        return switch (activation) {
            case SILU -> siluSlope(z);
            case IDENTITY -> 1;
            case RELU, LEAKY_RELU -> z > 0 ? 1 : activation.slope();
        };
    }

    private static double siluSlope(double x) {
        double s = sigmoid(x);
        return s * (1 + x * (1 - s));
    }

    /// Weight and bias of the sum of two convolutions.
    static List<double[]> sum(Node node, List<double[]> in) {
        Images large = Images.of(node.input(0));
        Images small = Images.of(node.input(2));
        double[] w = in.get(0).clone();
        int top = (large.height() - small.height()) / 2;
        int left = (large.width() - small.width()) / 2;
        for (int k = 0; k < small.images(); k++) {
            for (int r = 0; r < small.height(); r++) {
                for (int s = 0; s < small.width(); s++) {
                    for (int c = 0; c < small.channels(); c++) {
                        w[large.at(k, top + r, left + s, c)] += in.get(2)[small.at(k, r, s, c)];
                    }
                }
            }
        }
        return List.of(w, ReferenceCopy.add(in.get(1), in.get(3)));
    }

    /// Operands w, gamma, beta, mean, variance; outputs w', b'.
    static List<double[]> fold(FoldBatchNorm op, List<double[]> in) {
        double[] w = in.get(0);
        int outputs = in.get(1).length;
        double[] weight = new double[w.length];
        double[] bias = new double[outputs];
        for (int k = 0; k < outputs; k++) {
            double scale = in.get(1)[k] / Math.sqrt(in.get(4)[k] + op.epsilon());
            bias[k] = in.get(2)[k] - in.get(3)[k] * scale;
            for (int i = k * (w.length / outputs); i < (k + 1) * (w.length / outputs); i++) {
                weight[i] = w[i] * scale;
            }
        }
        return List.of(weight, bias);
    }
}
