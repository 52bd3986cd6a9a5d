package io.yolofit.graph.reference;

import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.Update;
import java.util.ArrayList;
import java.util.List;

/// The optimizer update. With `g` the unscaled gradient, clipped by `min(1, clipNorm / (norm / lossScale + 1e-6))`, `d`
/// the weight decay (0 except for the weight group) and `r` the group's learning rate, a parameter `p` becomes
///
/// - `SGD`: `g += d p`, `m = momentum m + g`, `p -= r (g + momentum m)`;
/// - `ADAM`: `g += d p`, `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
///   `p -= r m' / (sqrt(v') + 1e-8)` with `m' = m / (1 - beta1^step)` and `v' = v / (1 - beta2^step)`;
/// - `ADAMW`: `p -= r d p`, then as `ADAM` without decay;
/// - `RMSPROP`: `g += d p`, `v = .99 v + .01 g^2`, `m = momentum m + g / (sqrt(v) + 1e-8)`, `p -= r m`.
///
/// Moments start at zero, so SGD's first m is g. Adam's moments are m and v, RMSPROP's v and m. The average (EMA) is
/// updated from the new parameters and the statistics, even if the norm is not finite and parameters keep their values.
final class ReferenceUpdate {
    private static final double EPSILON = 1e-8;
    private static final double CLIP_EPSILON = 1e-6;
    private static final double RMS_SMOOTHING = .99;

    private final Update op;
    private final double[] parameters;
    private final double[] gradients;
    private final double norm;
    private final double[] scalars;
    private final double[] ema;
    private final double[] statistics;
    private final List<double[]> moments = new ArrayList<>();

    ReferenceUpdate(Update op, List<double[]> in) {
        this.op = op;
        this.parameters = in.get(0).clone();
        this.gradients = in.get(1);
        this.norm = in.get(2)[0];
        this.scalars = in.get(3);
        this.ema = in.get(4).clone();
        this.statistics = in.get(5);
        for (double[] moment : in.subList(Update.FIRST_MOMENT, in.size())) {
            moments.add(moment.clone());
        }
    }

    static double norm(double[] gradients) {
        double squares = 0;
        for (double gradient : gradients) {
            squares += gradient * gradient;
        }
        return Math.sqrt(squares);
    }

    /// The step's scalars with loss scale and update number from the scaler.
    static double[] scaled(double[] scalars, double[] scaler) {
        double[] scaled = scalars.clone();
        StepScalar.LOSS_SCALE.set(scaled, scaler[LossScale.SCALE]);
        StepScalar.STEP.set(scaled, scaler[LossScale.UPDATES] + 1);
        return scaled;
    }

    /// The scaler after a step.
    static double[] adjusted(LossScale.Adjust op, double[] scaler, double norm) {
        if (!Double.isFinite(norm)) {
            return new double[] {scaler[LossScale.SCALE] * op.backoff(), 0, scaler[LossScale.UPDATES]};
        }
        double good = scaler[LossScale.GOOD_STEPS] + 1;
        double updates = scaler[LossScale.UPDATES] + 1;
        return good < op.interval() ? new double[] {scaler[LossScale.SCALE], good, updates}
                : new double[] {scaler[LossScale.SCALE] * op.growth(), 0, updates};
    }

    /// Parameters, average, moments and, if the op has them as output, zeroed gradients.
    List<double[]> results() {
        if (Double.isFinite(norm)) {
            double unscaled = norm / StepScalar.LOSS_SCALE.in(scalars);
            double clip = Math.min(1, StepScalar.CLIP_NORM.in(scalars) / (unscaled + CLIP_EPSILON));
            int group = 0;
            for (int i = 0; i < gradients.length; i++) {
                while (i >= op.groupEnds().get(group)) {
                    group++;
                }
                double decay = group == 0 ? StepScalar.WEIGHT_DECAY.in(scalars) : 0;
                step(i, gradients[i] / StepScalar.LOSS_SCALE.in(scalars) * clip, StepScalar.rate(group).in(scalars),
                        decay);
            }
        }
        for (int i = 0; i < ema.length; i++) {
            double now = i < parameters.length ? parameters[i] : statistics[i - parameters.length];
            ema[i] = StepScalar.EMA_DECAY.in(scalars) * ema[i] + (1 - StepScalar.EMA_DECAY.in(scalars)) * now;
        }
        List<double[]> results = new ArrayList<>(List.of(parameters, ema));
        results.addAll(moments);
        if (op.zeroGradients()) {
            results.add(new double[gradients.length]);
        }
        return results;
    }

    private void step(int i, double gradient, double rate, double decay) {
        double momentum = StepScalar.MOMENTUM.in(scalars);
        switch (op.rule()) {
            case SGD -> {
                double g = gradient + decay * parameters[i];
                double m = moments.get(0)[i] = momentum * moments.get(0)[i] + g;
                parameters[i] -= rate * (g + momentum * m);
            }
            case ADAM -> adam(i, gradient + decay * parameters[i], rate);
            case ADAMW -> {
                parameters[i] -= rate * decay * parameters[i];
                adam(i, gradient, rate);
            }
            case RMSPROP -> {
                double g = gradient + decay * parameters[i];
                double v = moments.get(0)[i] = RMS_SMOOTHING * moments.get(0)[i] + (1 - RMS_SMOOTHING) * g * g;
                double m = moments.get(1)[i] = momentum * moments.get(1)[i] + g / (Math.sqrt(v) + EPSILON);
                parameters[i] -= rate * m;
            }
        }
    }

    private void adam(int i, double gradient, double rate) {
        double beta1 = StepScalar.MOMENTUM.in(scalars);
        double beta2 = StepScalar.BETA2.in(scalars);
        double t = StepScalar.STEP.in(scalars);
        double m = moments.get(0)[i] = beta1 * moments.get(0)[i] + (1 - beta1) * gradient;
        double v = moments.get(1)[i] = beta2 * moments.get(1)[i] + (1 - beta2) * gradient * gradient;
        double unbiasedM = m / (1 - Math.pow(beta1, t));
        double unbiasedV = v / (1 - Math.pow(beta2, t));
        parameters[i] -= rate * unbiasedM / (Math.sqrt(unbiasedV) + EPSILON);
    }
}
