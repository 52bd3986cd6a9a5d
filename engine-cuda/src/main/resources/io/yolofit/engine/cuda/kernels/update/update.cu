// update.cu   the update of a step in one pass: unscale, clip, optimizer, exponential moving average (EMA)
//
// formula     gradient g = stored / lossScale * min(1, clipNorm / (norm / lossScale + 1e-6)); d = weight decay of the
//             first group, 0 for the others; r = learning rate of the group
//             RULE 0  SGD      g += d p, m = momentum m + g, p -= r (g + momentum m)
//             RULE 1  Adam     g += d p, m += (1 - beta1)(g - m), v = beta2 v + (1 - beta2) g^2,
//                              p -= r / (1 - beta1^step) m / (sqrt(v) / sqrt(1 - beta2^step) + 1e-8)
//             RULE 2  AdamW    as Adam with p -= r d p in place of g += d p
//             RULE 3  RMSProp  g += d p, v = .99 v + .01 g^2, m = momentum m + g / (sqrt(v) + 1e-8), p -= r m
//             ema = decay ema + (1 - decay) current, for parameters and then statistics. If the norm is not finite,
//             parameters and moments are unchanged; the EMA is updated nevertheless
// shapes      parameters f32[P], gradients and moments f32[G], G <= P: trainable parameters come first, in groups that
//             end at end0, end1 and G; statistics f32[S], ema f32[P + S]; scalars f32[12]
// types       f32; Adam's bias corrections and the clip factor in double, once per block
// launch      one thread per 4 parameters, with a 16-byte access of each buffer; then one thread per statistic
// traffic     28 bytes per parameter with SGD, 36 with the others, 4 more if gradients are zeroed
// reference   cpu/UpdateKernels, graph/reference/ReferenceUpdate
#include "step_scalars.cuh"
#include "vector.cuh"

#define EPSILON 1e-8f
#define SMOOTHING 0.99f

DEVICE bool finite(float x) { return x - x == 0; }

// Values that are the same for all parameters of a step.
struct Step {
    float rates[3];
    float momentum, beta2, weight_decay, ema_decay;
    float scale; // factor of the stored gradients: unscaling and clipping
    float correction1, correction2;
    bool skip;
};

DEVICE Step step_of(const float* scalars, float norm) {
    Step it = {{scalars[WEIGHT_RATE], scalars[NORMALIZATION_RATE], scalars[BIAS_RATE]}, scalars[MOMENTUM],
        scalars[BETA2], scalars[WEIGHT_DECAY], scalars[EMA_DECAY]};
    double clip = scalars[CLIP_NORM] / ((double) (norm / scalars[LOSS_SCALE]) + 1e-6);
    it.scale = (float) ((clip < 1 ? clip : 1) / scalars[LOSS_SCALE]);
    it.correction1 = 1;
    it.correction2 = 1;
#if RULE == 1 || RULE == 2
    it.correction1 = (float) (1 - pow((double) it.momentum, (double) scalars[STEP]));
    it.correction2 = (float) sqrt(1 - pow((double) it.beta2, (double) scalars[STEP]));
#endif
    it.skip = !finite(norm);
    return it;
}

// The new value of a parameter; first and second are its moments, in the order of Update.java.
DEVICE float updated(float p, float g, float* first, float* second, const Step& step, float rate, float decay) {
#if RULE == 0
    g = g * step.scale + decay * p;
    *first = step.momentum * *first + g;
    return p - rate * (g + step.momentum * *first);
#elif RULE == 1 || RULE == 2
    g = g * step.scale + (RULE == 1 ? decay * p : 0);
    *first += (g - *first) * (1 - step.momentum);
    *second = step.beta2 * *second + (1 - step.beta2) * g * g;
    float shrink = RULE == 2 ? 1 - rate * decay : 1;
    return p * shrink - rate / step.correction1 * *first / (sqrtf(*second) / step.correction2 + EPSILON);
#else
    g = g * step.scale + decay * p;
    *first = SMOOTHING * *first + (1 - SMOOTHING) * g * g;
    *second = step.momentum * *second + g / (sqrtf(*first) + EPSILON);
    return p - rate * *second;
#endif
}

DEVICE int up_to_four(i64 count) { return count < 0 ? 0 : count > 4 ? 4 : (int) count; }

// Buffers are aligned to 16 bytes. second is used only by rules with two moments.
KERNEL update(float* parameters, float* gradients, const float* norm, const float* scalars, float* ema,
        const float* statistics, float* first, float* second, i64 count, i64 trainable, i64 statistics_count,
        i64 end0, i64 end1, int zero_gradients) {
    __shared__ Step shared;
    if (threadIdx.x == 0) {
        shared = step_of(scalars, *norm);
    }
    __syncthreads();
    Step step = shared;
    i64 thread = (i64) blockIdx.x * blockDim.x + threadIdx.x;
    i64 fours = (count + 3) / 4;
    if (thread >= fours) {
        i64 i = thread - fours;
        if (i < statistics_count) {
            ema[count + i] = ema[count + i] * step.ema_decay + (1 - step.ema_decay) * statistics[i];
        }
        return;
    }
    i64 at = 4 * thread;
    int here = up_to_four(count - at);
    int learning = up_to_four(trainable - at);
    Vec<float, 4> p = load<4>(parameters + at, here);
    Vec<float, 4> average = load<4>(ema + at, here);
    if (learning > 0 && !step.skip) {
        Vec<float, 4> g = load<4>(gradients + at, learning);
        Vec<float, 4> m = load<4>(first + at, learning);
        Vec<float, 4> v = m;
#if RULE != 0
        v = load<4>(second + at, learning);
#endif
#pragma unroll
        for (int i = 0; i < 4; i++) {
            if (i < learning) {
                bool weight = at + i < end0;
                float rate = weight ? step.rates[0] : at + i < end1 ? step.rates[1] : step.rates[2];
                p.v[i] = updated(p.v[i], g.v[i], &m.v[i], &v.v[i], step, rate, weight ? step.weight_decay : 0);
            }
        }
        store(parameters + at, p, learning);
        store(first + at, m, learning);
#if RULE != 0
        store(second + at, v, learning);
#endif
    }
    if (learning > 0 && zero_gradients) {
        store(gradients + at, Vec<float, 4>{}, learning);
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
        average.v[i] = average.v[i] * step.ema_decay + (1 - step.ema_decay) * p.v[i];
    }
    store(ema + at, average, here);
}
