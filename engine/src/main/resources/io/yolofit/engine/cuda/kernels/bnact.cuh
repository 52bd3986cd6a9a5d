// bnact.cuh    what the forward and the backward pass of a normalization share
//
// Where results must be the same to the bit in several kernels or variants, products and sums say how they round:
// which of them become multiply-adds is otherwise the compiler's choice, made anew for each.
// What belongs to a channel is made once for a block and lies in shared memory.
#pragma once
#include "reduction_tiling.cuh"

DEVICE float shift_of(float beta, float mean, float scale) {
    return __fmaf_rn(-mean, scale, beta);
}

DEVICE float normalize(float y, float scale, float shift) {
    return __fmaf_rn(y, scale, shift);
}

DEVICE float activate(float z) {
#if SILU
    return __fmul_rn(z, sigmoid(z));
#else
    return z;
#endif
}

// z = scale * y + shift, for the channels of a block.
struct Affine {
    float scale[GROUP];
    float shift[GROUP];

    // By all threads of a block; the next __syncthreads makes it whole.
    __device__ __forceinline__ void set(const float* gamma, const float* beta, const float* mean, const float* invstd,
            int C) {
        for (int i = threadIdx.x; i < GROUP; i += THREADS) {
            int c = blockIdx.y * GROUP + i;
            if (c < C) {
                scale[i] = __fmul_rn(gamma[c], invstd[c]);
                shift[i] = shift_of(beta[c], mean[c], scale[i]);
            }
        }
    }
};

// This thread's part of what a block keeps for its channels.
DEVICE Lanes part(const float (&of)[GROUP]) {
    Lanes out;
    const float* from = of + threadIdx.x % TX * WIDTH;
#if VECTOR
#pragma unroll
    for (int i = 0; i < WIDTH; i += 4) {
        float4 four = *reinterpret_cast<const float4*>(from + i);
        out.v[i] = four.x;
        out.v[i + 1] = four.y;
        out.v[i + 2] = four.z;
        out.v[i + 3] = four.w;
    }
#else
    out.v[0] = *from;
#endif
    return out;
}
