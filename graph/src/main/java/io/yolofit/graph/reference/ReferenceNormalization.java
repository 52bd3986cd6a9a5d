package io.yolofit.graph.reference;

import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Batch normalization (Ioffe and Szegedy, 2015) with activation.
final class ReferenceNormalization {
    private ReferenceNormalization() {
    }

    /// Outputs a, mean, invstd, running mean, running variance, optional copy.
    static List<double[]> forward(BnAct.Forward op, Images shape, List<double[]> in) {
        double[] y = in.get(0);
        int channels = shape.channels();
        int count = shape.pixels();
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        double[] invstd = new double[channels];
        double[] runningMean = new double[channels];
        double[] runningVariance = new double[channels];
        for (int i = 0; i < y.length; i++) {
            mean[i % channels] += y[i] / count;
        }
        for (int i = 0; i < y.length; i++) {
            double deviation = y[i] - mean[i % channels];
            variance[i % channels] += deviation * deviation / count;
        }
        for (int c = 0; c < channels; c++) {
            invstd[c] = 1 / Math.sqrt(variance[c] + op.epsilon());
            double weight = count > 1 ? op.momentum() : 0;
            double unbiased = variance[c] * count / Math.max(1, count - 1);
            runningMean[c] = (1 - weight) * in.get(3)[c] + weight * mean[c];
            runningVariance[c] = (1 - weight) * in.get(4)[c] + weight * unbiased;
        }
        double[] a = plusResidual(apply(op.activation(), y, in.get(1), in.get(2), mean, invstd), in);
        return andCopy(op, shape, a, mean, invstd, runningMean, runningVariance);
    }

    /// Operands y, running mean; output the sums.
    static double[] sums(Images shape, List<double[]> in) {
        int channels = shape.channels();
        double[] sums = new double[(int) BnHalf.exchanged(channels)];
        for (int i = 0; i < in.get(0).length; i++) {
            double shifted = in.get(0)[i] - in.get(1)[i % channels];
            sums[i % channels] += shifted;
            sums[channels + i % channels] += shifted * shifted;
        }
        sums[2 * channels] = shape.pixels();
        return sums;
    }

    /// Operands sums, running mean, running variance; outputs mean, invstd, running mean, running variance.
    static List<double[]> moments(BnHalf.Moments op, List<double[]> in) {
        int channels = in.get(1).length;
        double[] sums = in.get(0);
        double count = sums[2 * channels];
        List<double[]> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(new double[channels]);
        }
        double weight = count > 1 ? op.momentum() : 0;
        for (int c = 0; c < channels; c++) {
            double shifted = sums[c] / count;
            double variance = Math.max(0, sums[channels + c] / count - shifted * shifted);
            double mean = in.get(1)[c] + shifted;
            results.get(0)[c] = mean;
            results.get(1)[c] = 1 / Math.sqrt(variance + op.epsilon());
            results.get(2)[c] = (1 - weight) * in.get(1)[c] + weight * mean;
            results.get(3)[c] = (1 - weight) * in.get(2)[c] + weight * variance * count / Math.max(1, count - 1);
        }
        return results;
    }

    /// Operands y, gamma, beta, mean, invstd, optional residual; outputs a, optional copy.
    static List<double[]> apply(BnAct.Apply op, Images shape, List<double[]> in) {
        double[] a = apply(op.activation(), in.get(0), in.get(1), in.get(2), in.get(3), in.get(4));
        return andCopy(op, shape, plusResidual(a, in));
    }

    private static List<double[]> andCopy(BnAct.Result op, Images shape, double[]... outputs) {
        List<double[]> all = new ArrayList<>(List.of(outputs));
        if (!op.copy().isNone()) {
            all.add(ReferenceCopy.slice(outputs[0], shape, (int) op.copy().offset(), (int) op.copy().channels()));
        }
        return all;
    }

    private static double[] plusResidual(double[] a, List<double[]> in) {
        return in.size() > BnAct.RESIDUAL ? ReferenceCopy.add(a, in.get(BnAct.RESIDUAL)) : a;
    }

    private static double[] apply(Activation activation, double[] y, double[] gamma, double[] beta, double[] mean,
            double[] invstd) {
        double[] z = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            int c = i % mean.length;
            z[i] = gamma[c] * (y[i] - mean[c]) * invstd[c] + beta[c];
        }
        return switch (activation) {
            case SILU -> ReferencePointwise.silu(z);
            case IDENTITY -> z;
            case RELU, LEAKY_RELU -> ReferencePointwise.leaky(activation.slope(), z);
        };
    }

    /// Operands da, y, gamma, beta, mean, invstd; outputs dy, dgamma, dbeta, optional a.
    static List<double[]> gradient(BnAct.Gradient op, Images shape, List<double[]> in) {
        List<double[]> sums = reduce(op.activation(), shape, in);
        List<double[]> results = new ArrayList<>(List.of(
                inputGradient(op.activation(), in, sums.get(0), sums.get(1), shape.pixels()), sums.get(0),
                sums.get(1)));
        if (op.recompute()) {
            results.add(apply(op.activation(), in.get(1), in.get(2), in.get(3), in.get(4), in.get(5)));
        }
        return results;
    }

    /// Operands da, y, gamma, beta, mean, invstd; outputs dgamma, dbeta, and the sums to exchange.
    static List<double[]> reduce(Activation activation, Images shape, List<double[]> in) {
        int channels = shape.channels();
        double[] dgamma = new double[channels];
        double[] dbeta = new double[channels];
        for (int i = 0; i < in.get(1).length; i++) {
            double dz = activationGradient(activation, in, i);
            dgamma[i % channels] += dz * normalized(in, i);
            dbeta[i % channels] += dz;
        }
        double[] sums = new double[(int) BnHalf.exchanged(channels)];
        System.arraycopy(dbeta, 0, sums, 0, channels);
        System.arraycopy(dgamma, 0, sums, channels, channels);
        sums[2 * channels] = shape.pixels();
        return List.of(dgamma, dbeta, sums);
    }

    /// Operands da, y, gamma, beta, mean, invstd, sums; outputs dy, optional a.
    static List<double[]> secondHalf(BnHalf.Gradient op, List<double[]> in) {
        double[] sums = in.get(BnHalf.Gradient.SUMS);
        int channels = in.get(2).length;
        double[] dy = inputGradient(op.activation(), in, Arrays.copyOfRange(sums, channels, 2 * channels),
                Arrays.copyOf(sums, channels), sums[2 * channels]);
        return op.recompute()
                ? List.of(dy, apply(op.activation(), in.get(1), in.get(2), in.get(3), in.get(4), in.get(5)))
                : List.of(dy);
    }

    private static double[] inputGradient(Activation activation, List<double[]> in, double[] dgamma, double[] dbeta,
            double count) {
        double[] dy = new double[in.get(1).length];
        for (int i = 0; i < dy.length; i++) {
            int c = i % dgamma.length;
            dy[i] = in.get(2)[c] * in.get(5)[c] * (activationGradient(activation, in, i) - dbeta[c] / count
                    - normalized(in, i) * dgamma[c] / count);
        }
        return dy;
    }

    private static double normalized(List<double[]> in, int i) {
        int c = i % in.get(4).length;
        return (in.get(1)[i] - in.get(4)[c]) * in.get(5)[c];
    }

    private static double activationGradient(Activation activation, List<double[]> in, int i) {
        int c = i % in.get(2).length;
        return in.get(0)[i] * ReferencePointwise.slope(activation, in.get(2)[c] * normalized(in, i) + in.get(3)[c]);
    }
}
