// bnact.cuh    shared by the forward and the backward kernels of batch normalization
//
// Results that must be bit-identical in several kernels or variants use rounding intrinsics: otherwise the compiler
// decides in each kernel which products and sums it contracts to fused multiply-adds.
// Per-channel coefficients are computed once per block and kept in shared memory.
#pragma once
#include "normalization/reduction_tiling.cuh"

DEVICE float shift_of(float beta, float mean, float scale) { return __fmaf_rn(-mean, scale, beta); }

DEVICE float normalize(float y, float scale, float shift) { return __fmaf_rn(y, scale, shift); }

DEVICE float activate(float z) {
#if SILU
    return __fmul_rn(z, sigmoid(z));
#elif defined(SLOPE)
    return z > 0.0f ? z : __fmul_rn(SLOPE, z);
#else
    return z;
#endif
}

// z = scale * y + shift, for the channels of a block.
struct Affine {
    float scale[GROUP];
    float shift[GROUP];

    // Called by all threads of a block; complete after the next __syncthreads.
    INLINE void set(const float* gamma, const float* beta, const float* mean, const float* invstd, int C) {
        for (int i = threadIdx.x; i < GROUP; i += THREADS) {
            int c = blockIdx.y * GROUP + i;
            if (c < C) {
                scale[i] = __fmul_rn(gamma[c], invstd[c]);
                shift[i] = shift_of(beta[c], mean[c], scale[i]);
            }
        }
    }
};

// The per-channel values of this thread's channels.
DEVICE Floats part(const float (&of)[GROUP]) { return load<WIDTH>(of + threadIdx.x % TX * WIDTH); }
