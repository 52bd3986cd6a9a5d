// bnact.cuh    shared by the forward and the backward kernels of batch normalization
//
// Results that must be bit-identical in several kernels or variants use rounding intrinsics: otherwise the compiler
// decides in each kernel which products and sums it contracts to fused multiply-adds.
// Per-channel coefficients are computed once per block and kept in shared memory.
//
// Sums of statistics are shifted: they sum y - shift, which avoids cancellation if the mean is large compared with the
// standard deviation. The shift of a channel is the median of its values in three rows inside different images: a
// single row may be an outlier, such as a corner pixel, and then squares of the shift would cancel instead.
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

    // Of channel i of the group.
    INLINE void put(int i, float gamma, float beta, float mean, float invstd) {
        scale[i] = __fmul_rn(gamma, invstd);
        shift[i] = shift_of(beta, mean, scale[i]);
    }

    // Called by all threads of a block; complete after the next __syncthreads.
    INLINE void set(const float* gamma, const float* beta, const float* mean, const float* invstd, int C) {
        for (int i = threadIdx.x; i < GROUP; i += THREADS) {
            int c = blockIdx.y * GROUP + i;
            if (c < C) put(i, gamma[c], beta[c], mean[c], invstd[c]);
        }
    }
};

// The per-channel values of this thread's channels.
DEVICE Floats part(const float (&of)[GROUP]) { return load<WIDTH>(of + threadIdx.x % TX * WIDTH); }

DEVICE float median(float a, float b, float c) { return fmaxf(fminf(a, b), fminf(fmaxf(a, b), c)); }

// The three rows of the shift, as offsets in elements.
struct ShiftRows {
    const T* y;
    i64 first, second, third;

    INLINE ShiftRows(const T* y, u32 rows, i64 pitch)
        : y(y), first((i64) rows * 5 / 18 * pitch), second((i64) rows * 7 / 13 * pitch),
          third((i64) rows * 18 / 23 * pitch) {}

    INLINE float shift(int c) const {
        return median(to_float(y[first + c]), to_float(y[second + c]), to_float(y[third + c]));
    }

    // Of a thread's channels.
    INLINE Floats shifts(int channel) const {
        const T* from = y + channel;
        Floats shift = load_floats<WIDTH>(from + first), other = load_floats<WIDTH>(from + second);
        Floats last = load_floats<WIDTH>(from + third);
#pragma unroll
        for (int i = 0; i < WIDTH; i++) shift.v[i] = median(shift.v[i], other.v[i], last.v[i]);
        return shift;
    }
};

// Batch statistics of a channel with m values, from the sums of y - shift and of its square.
struct Statistics {
    float mean, variance, invstd;

    INLINE Statistics(float sum, float squares, float shift, float m, float epsilon) {
        float d = sum / m;
        variance = fmaxf(squares / m - d * d, 0.0f);
        mean = shift + d;
        invstd = 1.0f / sqrtf(variance + epsilon);
    }
};

// Running statistics of a channel. They are loaded early: the latency overlaps the reduction.
struct Running {
    float mean = 0, variance = 0;

    // A single value has no unbiased variance and leaves the running statistics unchanged.
    INLINE void update(const Statistics& batch, u32 rows, float momentum, float* to_mean, float* to_variance) const {
        if (rows <= 1) return;
        float m = (float) rows;
        float unbiased = batch.variance * (m / (m - 1.0f));
        *to_mean = (1.0f - momentum) * mean + momentum * batch.mean;
        *to_variance = (1.0f - momentum) * variance + momentum * unbiased;
    }
};

DEVICE float through_activation(float da, float z) {
#if SILU
    float s = sigmoid(z);
    return __fmul_rn(__fmul_rn(da, s), __fmaf_rn(z, 1.0f - s, 1.0f));
#elif defined(SLOPE)
    return z > 0.0f ? da : __fmul_rn(SLOPE, da);
#else
    return da;
#endif
}

// dy = scale * dz - slope * y - offset, for the channels of a block.
struct Correction {
    float slope[GROUP];
    float offset[GROUP];

    // Of channel i of the group, with m values.
    INLINE void put(int i, float scale, float mean, float invstd, float dgamma, float dbeta, float m) {
        slope[i] = scale * invstd * dgamma / m;
        offset[i] = __fmaf_rn(-slope[i], mean, scale * dbeta / m);
    }

    INLINE void set(const float* gamma, const float* mean, const float* invstd,
            const float* dgamma, const float* dbeta, float m, int C) {
        for (int i = threadIdx.x; i < GROUP; i += THREADS) {
            int c = blockIdx.y * GROUP + i;
            if (c < C) put(i, __fmul_rn(gamma[c], invstd[c]), mean[c], invstd[c], dgamma[c], dbeta[c], m);
        }
    }
};

DEVICE float gradient_of(float da, float y, float z, float scale, float slope, float offset) {
    return __fmaf_rn(scale, through_activation(da, z), __fmaf_rn(-slope, y, -offset));
}
