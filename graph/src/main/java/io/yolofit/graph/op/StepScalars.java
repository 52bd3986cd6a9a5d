package io.yolofit.graph.op;

/// The scalars that change from step to step. They are the input `scalars`, so one compiled program serves the whole
/// run.
///
/// @param rates learning rates of the parameter groups: weights, normalization, biases
/// @param momentum momentum of SGD, beta1 of Adam
/// @param beta2 of Adam
/// @param weightDecay of the weight group, already scaled by the effective batch size
/// @param emaDecay weight of the old average
/// @param clipNorm largest global gradient norm
/// @param lossScale factor on the loss; the update divides the gradients by it
/// @param step number of this update, from 1, for Adam's bias correction
public record StepScalars(float[] rates, float momentum, float beta2, float weightDecay, float emaDecay, float clipNorm,
        float lossScale, float step) {
    /// Length of the input.
    public static final int COUNT = 10;

    public StepScalars {
        if (rates.length != 3) {
            throw new IllegalArgumentException("three parameter groups, but " + rates.length + " learning rates");
        }
        rates = rates.clone();
    }

    /// Scalars for a forward pass that only computes the loss.
    public static StepScalars lossOnly() {
        return new StepScalars(new float[3], 0, 0, 0, 0, 0, 1, 1);
    }

    @Override
    public float[] rates() {
        return rates.clone();
    }

    public float[] toArray() {
        return new float[] {rates[0], rates[1], rates[2], momentum, beta2, weightDecay, emaDecay, clipNorm, lossScale,
                step};
    }

    public static StepScalars of(float[] array) {
        return new StepScalars(new float[] {array[0], array[1], array[2]}, array[3], array[4], array[5], array[6],
                array[7], array[8], array[9]);
    }
}
