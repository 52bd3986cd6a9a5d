package io.yolofit.graph.op;

import java.util.List;

/// Names of the numbers in the input `scalars`, in their order; [StepScalars] documents them. CUDA sources have the
/// same names in `step_scalars.cuh`.
public enum StepScalar {
    WEIGHT_RATE, NORMALIZATION_RATE, BIAS_RATE, MOMENTUM, BETA2, WEIGHT_DECAY, EMA_DECAY, CLIP_NORM, LOSS_SCALE, STEP,
    ONE_TO_MANY, ONE_TO_ONE;

    private static final List<StepScalar> RATES = List.of(WEIGHT_RATE, NORMALIZATION_RATE, BIAS_RATE);

    /// The learning rate of a parameter group: weights, normalization, biases.
    public static StepScalar rate(int group) {
        return RATES.get(group);
    }

    public double in(double[] scalars) {
        return scalars[ordinal()];
    }

    public float in(float[] scalars) {
        return scalars[ordinal()];
    }

    /// Replaces the number in `scalars`.
    public void set(double[] scalars, double value) {
        scalars[ordinal()] = value;
    }
}
