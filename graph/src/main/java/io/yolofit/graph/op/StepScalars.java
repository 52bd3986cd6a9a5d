package io.yolofit.graph.op;

/// The scalars that change from step to step. They are the input `scalars`, so one compiled program serves the whole
/// run. [StepScalar] names their positions.
///
/// @param rates learning rates of the parameter groups: weights, normalization, biases
/// @param momentum momentum of SGD, beta1 of Adam
/// @param beta2 of Adam
/// @param weightDecay of the weight group, already scaled by the effective batch size
/// @param emaDecay weight of the old average
/// @param clipNorm largest global gradient norm
/// @param lossScale factor on the loss; the update divides the gradients by it
/// @param step number of this update, from 1, for Adam's bias correction
/// @param oneToMany weight of the loss of one-to-many branches whose weight is scheduled ([BranchWeight.Scheduled])
/// @param oneToOne the same of one-to-one branches
public record StepScalars(float[] rates, float momentum, float beta2, float weightDecay, float emaDecay, float clipNorm,
        float lossScale, float step, float oneToMany, float oneToOne) {
    /// Length of the input.
    public static final int COUNT = StepScalar.values().length;

    public StepScalars {
        if (rates.length != 3) {
            throw new IllegalArgumentException("three parameter groups, but " + rates.length + " learning rates");
        }
        rates = rates.clone();
    }

    /// With weight 1 for all branches.
    public StepScalars(float[] rates, float momentum, float beta2, float weightDecay, float emaDecay, float clipNorm,
            float lossScale, float step) {
        this(rates, momentum, beta2, weightDecay, emaDecay, clipNorm, lossScale, step, 1, 1);
    }

    /// Scalars for a forward pass that only computes the loss.
    public static StepScalars lossOnly() {
        return new StepScalars(new float[3], 0, 0, 0, 0, 0, 1, 1);
    }

    @Override
    public float[] rates() {
        return rates.clone();
    }

    /// The same with other weights of scheduled branches.
    public StepScalars withBranchWeights(double many, double one) {
        return new StepScalars(rates, momentum, beta2, weightDecay, emaDecay, clipNorm, lossScale, step, (float) many,
                (float) one);
    }

    /// The same with the loss scale and the number of the update that a [LossScale] holds.
    public StepScalars withLossScale(float scale, float update) {
        return new StepScalars(rates, momentum, beta2, weightDecay, emaDecay, clipNorm, scale, update, oneToMany,
                oneToOne);
    }

    public float[] toArray() {
        float[] array = new float[COUNT];
        for (StepScalar scalar : StepScalar.values()) {
            array[scalar.ordinal()] = get(scalar);
        }
        return array;
    }

    private float get(StepScalar scalar) {
        return switch (scalar) {
            case WEIGHT_RATE -> rates[0];
            case NORMALIZATION_RATE -> rates[1];
            case BIAS_RATE -> rates[2];
            case MOMENTUM -> momentum;
            case BETA2 -> beta2;
            case WEIGHT_DECAY -> weightDecay;
            case EMA_DECAY -> emaDecay;
            case CLIP_NORM -> clipNorm;
            case LOSS_SCALE -> lossScale;
            case STEP -> step;
            case ONE_TO_MANY -> oneToMany;
            case ONE_TO_ONE -> oneToOne;
        };
    }

    public static StepScalars of(float[] array) {
        return new StepScalars(new float[] {StepScalar.WEIGHT_RATE.in(array), StepScalar.NORMALIZATION_RATE.in(array),
                StepScalar.BIAS_RATE.in(array)}, StepScalar.MOMENTUM.in(array), StepScalar.BETA2.in(array),
                StepScalar.WEIGHT_DECAY.in(array), StepScalar.EMA_DECAY.in(array), StepScalar.CLIP_NORM.in(array),
                StepScalar.LOSS_SCALE.in(array), StepScalar.STEP.in(array), StepScalar.ONE_TO_MANY.in(array),
                StepScalar.ONE_TO_ONE.in(array));
    }
}
