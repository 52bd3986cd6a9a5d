// gradient_norm.cu     global norm of the gradients, and what fp16 training does with it
//
// formula     norm = sqrt(sum g^2). apply_scale: scalars' = scalars, with the scaler's scale at 8 and the number of
//             the next update at 9. adjust_scale: a finite norm counts as update and good step, interval good steps in
//             a row multiply the scale by growth; any other norm multiplies it by backoff and ends the row
// shapes      gradients f32[G], norm f32[1]; scalars f32[10]; scaler f32[3]: scale, good steps, updates
// types       f32; squares and sums in double
// launch      square_sums: blocks of 256, as many as there are partial sums; then one block. The scaler: one thread
// order       sums by thread, warp and block, which depends on G alone
// traffic     4 bytes a gradient, read once
// reference   cpu/StateKernels, graph/reference/ReferenceUpdate
#include "types.cuh"

#define THREADS 256
#define WARPS (THREADS / 32)
#define SCALARS 10

DEVICE double block_sum(double x) {
    __shared__ double sums[WARPS];
#pragma unroll
    for (int offset = 16; offset > 0; offset /= 2) {
        x += __shfl_xor_sync(0xffffffffu, x, offset);
    }
    if (threadIdx.x % 32 == 0) {
        sums[threadIdx.x / 32] = x;
    }
    __syncthreads();
    double sum = 0;
    for (int warp = 0; warp < WARPS; warp++) {
        sum += sums[warp];
    }
    return sum;
}

// Gradients begin at a multiple of 16 bytes.
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
    double sum = 0;
    for (int i = threadIdx.x; i < count; i += THREADS) {
        sum += partials[i];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        *norm = (float) sqrt(sum);
    }
}

KERNEL apply_scale(const float* scalars, const float* scaler, float* out) {
    for (int i = 0; i < SCALARS - 2; i++) {
        out[i] = scalars[i];
    }
    out[SCALARS - 2] = scaler[0];
    out[SCALARS - 1] = scaler[2] + 1;
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
