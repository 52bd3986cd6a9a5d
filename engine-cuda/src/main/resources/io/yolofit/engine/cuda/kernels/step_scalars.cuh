// step_scalars.cuh   positions of the step's scalars, those of the enum StepScalar
#pragma once

enum StepScalar {
    WEIGHT_RATE, NORMALIZATION_RATE, BIAS_RATE, MOMENTUM, BETA2, WEIGHT_DECAY, EMA_DECAY, CLIP_NORM, LOSS_SCALE, STEP,
    ONE_TO_MANY, ONE_TO_ONE,
    SCALARS
};
