// gradient_norm.cu     global norm of the gradients, and the dynamic loss scale of fp16 training
//
// formula     norm = sqrt(sum g^2). apply_scale: scalars' = scalars, with the scaler's loss scale and the number of the
//             next update. adjust_scale: a finite norm counts as an update and a good step; interval
//             consecutive good steps multiply the scale by growth; any other norm multiplies it by backoff and resets
//             the count
// shapes      gradients f32[G], norm f32[1]; scalars f32[12]; scaler f32[3]: scale, good steps, updates
// types       f32; squares and sums in double
// launch      square_sums: one block of 256 threads per partial sum; norm_of: one block; the scaler: one thread
// order       sums by thread, warp and block; depends on G alone
// traffic     read each gradient once, 4 bytes
// reference   cpu/UpdateKernels, graph/reference/ReferenceUpdate
#include "reduce.cuh"
#include "step_scalars.cuh"

// The gradients are aligned to 16 bytes.
KERNEL square_sums(const float* gradients, double* partials, i64 count) {
    i64 thread = (i64) blockIdx.x * THREADS + threadIdx.x;
    i64 threads = (i64) gridDim.x * THREADS;
    double sum = 0;
    for (i64 i = thread; i < count / 4; i += threads) {
        float4 g = reinterpret_cast<const float4*>(gradients)[i];
        sum += (double) g.x * g.x + (double) g.y * g.y + (double) g.z * g.z + (double) g.w * g.w;
    }
    i64 tail = count / 4 * 4 + thread;
    if (tail < count) {
        sum += (double) gradients[tail] * gradients[tail];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        partials[blockIdx.x] = sum;
    }
}

KERNEL norm_of(const double* partials, float* norm, int count) {
    double sum = sum_of(partials, count);
    if (threadIdx.x == 0) {
        *norm = (float) sqrt(sum);
    }
}

KERNEL apply_scale(const float* scalars, const float* scaler, float* out) {
    for (int i = 0; i < SCALARS; i++) {
        out[i] = i == LOSS_SCALE ? scaler[0] : i == STEP ? scaler[2] + 1 : scalars[i];
    }
}

KERNEL adjust_scale(const float* scaler, const float* norm, float* out, float growth, float backoff, int interval) {
    bool finite = *norm - *norm == 0;
    float scale = scaler[0];
    float good = finite ? scaler[1] + 1 : 0;
    float updates = scaler[2] + (finite ? 1 : 0);
    if (!finite) {
        scale *= backoff;
    } else if (good >= interval) {
        scale *= growth;
        good = 0;
    }
    out[0] = scale;
    out[1] = good;
    out[2] = updates;
}
