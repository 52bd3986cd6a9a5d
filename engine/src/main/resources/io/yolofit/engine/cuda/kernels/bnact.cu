// bnact.cu    batch normalisation with SiLU or identity, forward and backward
//
//   statistics  mean = sum y / m, var = sum (y - mean)^2 / m, invstd = 1 / sqrt(var + eps); running statistics updated
//   apply       z = gamma * (y - mean) * invstd + beta, a = z * sigmoid(z), or a = z; RESIDUAL: a is rounded as if it
//               were stored, then added to; COPY: a's channels [from, from + count) are written a second time
//   reduce      dz = da * s * (1 + z * (1 - s)), or da; dbeta = sum dz, dgamma = sum dz * (y - mean) * invstd
//   backward    dy = gamma * invstd * (dz - dbeta / m - (y - mean) * invstd * dgamma / m); REBUILD: a once more
//
// shapes      y, a, residual, copy, da, dy: rows of C channels (copy: count) with a pitch each, m = rows; else f32[C]
// types       T of those; everything else, and all arithmetic, in float
// launch      TX threads over the channel vectors of a group, TY over rows; grid (row blocks, channel groups);
//             defines TX, TY, VECTOR (16-byte accesses or single elements), SILU, RESIDUAL, COPY, REBUILD
// traffic     statistics 1, apply 2 (residual 3, and the copy), reduce 2, backward 3 (rebuild 4) elements of
//             y's size
// reference   ReferenceNormalization
//
// Sums are taken in a fixed order, the same in every run: channels.cuh.
// Deviations are taken from the first row, so that a mean far from zero does not cancel the variance away.
// Where results must be the same to the bit in several kernels or variants, products and sums say how they round:
// which of them become multiply-adds is otherwise the compiler's choice, made anew for each.
#include "channels.cuh"

KERNEL __launch_bounds__(THREADS, 2) bn_statistics(const T* y, i64 pitch, u32 rows, int C, float* partial,
                float* mean, float* invstd, float* running_mean, float* running_variance, float epsilon,
                float momentum) {
    int tx = threadIdx.x % TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
    Lanes sum = {}, squares = {};
    if (channel < C) {
        Lanes shift = load(y + channel);
        BLOCK_ROWS(row, rows);
#pragma unroll 4
        for (; row < end; row += TY) {
            Lanes v = load(y + row * pitch + channel);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float d = v.v[i] - shift.v[i];
                sum.v[i] += d;
                squares.v[i] += d * d;
            }
        }
    }
    __shared__ Sums sums;
    if (!combine(sum, squares, sums, partial, C)) return;
    float s, q;
    total(sums, partial, C, s, q);
    int c = blockIdx.y * GROUP + threadIdx.x;
    if (threadIdx.x < GROUP && c < C) {
        float m = (float) rows;
        float d = s / m;
        float variance = fmaxf(q / m - d * d, 0.0f);
        float average = to_float(y[c]) + d;
        mean[c] = average;
        invstd[c] = 1.0f / sqrtf(variance + epsilon);
        float unbiased = variance * (m / (m - 1.0f));
        running_mean[c] = (1.0f - momentum) * running_mean[c] + momentum * average;
        running_variance[c] = (1.0f - momentum) * running_variance[c] + momentum * unbiased;
    }
}

DEVICE float shift_of(float beta, float mean, float scale) {
    return __fmaf_rn(-mean, scale, beta);
}

DEVICE float normalise(float y, float scale, float shift) {
    return __fmaf_rn(y, scale, shift);
}

DEVICE float activate(float z) {
#if SILU
    return __fmul_rn(z, sigmoid(z));
#else
    return z;
#endif
}

// Rows that a thread loads before it writes any: as results may lie over operands, the compiler cannot move loads up.
#if RESIDUAL
#define APPLIED 2
#else
#define APPLIED 4
#endif
#define DIFFERENTIATED 2

// a may lie over y or the residual. Wide pieces need a copy that begins and ends at multiples of WIDTH.
KERNEL __launch_bounds__(THREADS, 4) bn_apply(const T* y, i64 pitch, T* a, i64 pitch_a, u32 rows, int C,
                const float* gamma, const float* beta, const float* mean, const float* invstd
#if RESIDUAL
                , const T* residual, i64 pitch_residual
#endif
#if COPY
                , T* copy, i64 pitch_copy, int from, int count
#endif
                ) {
    int tx = threadIdx.x % TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
    if (channel >= C) return;
    Lanes scale, shift;
#pragma unroll
    for (int i = 0; i < WIDTH; i++) {
        scale.v[i] = gamma[channel + i] * invstd[channel + i];
        shift.v[i] = shift_of(beta[channel + i], mean[channel + i], scale.v[i]);
    }
    BLOCK_ROWS(row, rows);
    for (; row < end; row += APPLIED * TY) {
        Packed ys[APPLIED];
#if RESIDUAL
        Packed xs[APPLIED];
#endif
#pragma unroll
        for (int k = 0; k < APPLIED; k++) {
            u32 at = row + k * TY;
            if (at < end) {
                ys[k] = load_packed(y + at * pitch + channel);
#if RESIDUAL
                xs[k] = load_packed(residual + at * pitch_residual + channel);
#endif
            }
        }
#pragma unroll
        for (int k = 0; k < APPLIED; k++) {
            u32 at = row + k * TY;
            if (at >= end) break;
            Lanes v = unpack(ys[k]);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) v.v[i] = activate(normalise(v.v[i], scale.v[i], shift.v[i]));
#if RESIDUAL
            Lanes x = unpack(xs[k]);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) v.v[i] = __fadd_rn(rounded(v.v[i]), x.v[i]); // never a multiply-add
#endif
            store(a + at * pitch_a + channel, v);
#if COPY
            if (channel >= from && channel < from + count) store(copy + at * pitch_copy + channel - from, v);
#endif
        }
    }
}

DEVICE float through_activation(float da, float z) {
#if SILU
    float s = sigmoid(z);
    return __fmul_rn(__fmul_rn(da, s), __fmaf_rn(z, 1.0f - s, 1.0f));
#else
    return da;
#endif
}

KERNEL __launch_bounds__(THREADS, 2) bn_reduce(const T* da, i64 pitch_da, const T* y, i64 pitch, u32 rows, int C,
                float* partial, const float* gamma, const float* beta, const float* mean, const float* invstd,
                float* dgamma, float* dbeta) {
    int tx = threadIdx.x % TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
    Lanes by_beta = {}, by_gamma = {};
    if (channel < C) {
        Lanes scale, shift, centre = channels(mean, channel);
#pragma unroll
        for (int i = 0; i < WIDTH; i++) {
            scale.v[i] = gamma[channel + i] * invstd[channel + i];
            shift.v[i] = shift_of(beta[channel + i], centre.v[i], scale.v[i]);
        }
        BLOCK_ROWS(row, rows);
#pragma unroll 2
        for (; row < end; row += TY) {
            Lanes v = load(y + row * pitch + channel);
            Lanes d = load(da + row * pitch_da + channel);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float dz = through_activation(d.v[i], normalise(v.v[i], scale.v[i], shift.v[i]));
                by_beta.v[i] += dz;
                by_gamma.v[i] += dz * (v.v[i] - centre.v[i]);
            }
        }
    }
    __shared__ Sums sums;
    if (!combine(by_beta, by_gamma, sums, partial, C)) return;
    float b, g;
    total(sums, partial, C, b, g);
    int c = blockIdx.y * GROUP + threadIdx.x;
    if (threadIdx.x < GROUP && c < C) {
        dbeta[c] = b;
        dgamma[c] = g * invstd[c];
    }
}

// dy may lie over y or da, a over the other: a thread has read an element of both before it writes one of either.
KERNEL __launch_bounds__(THREADS, 3) bn_backward(const T* da, i64 pitch_da, const T* y, i64 pitch, T* dy,
                i64 pitch_dy, u32 rows, int C, const float* gamma, const float* beta, const float* mean,
                const float* invstd, const float* dgamma, const float* dbeta
#if REBUILD
                , T* a, i64 pitch_a
#endif
                ) {
    int tx = threadIdx.x % TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
    if (channel >= C) return;
    Lanes scale, shift, slope, offset;
    float m = (float) rows;
#pragma unroll
    for (int i = 0; i < WIDTH; i++) {
        int c = channel + i;
        scale.v[i] = gamma[c] * invstd[c];
        shift.v[i] = shift_of(beta[c], mean[c], scale.v[i]);
        slope.v[i] = scale.v[i] * invstd[c] * dgamma[c] / m;
        offset.v[i] = __fmaf_rn(-slope.v[i], mean[c], scale.v[i] * dbeta[c] / m);
    }
    BLOCK_ROWS(row, rows);
    for (; row < end; row += DIFFERENTIATED * TY) {
        Packed ys[DIFFERENTIATED], das[DIFFERENTIATED];
#pragma unroll
        for (int k = 0; k < DIFFERENTIATED; k++) {
            u32 at = row + k * TY;
            if (at < end) {
                ys[k] = load_packed(y + at * pitch + channel);
                das[k] = load_packed(da + at * pitch_da + channel);
            }
        }
#pragma unroll
        for (int k = 0; k < DIFFERENTIATED; k++) {
            u32 at = row + k * TY;
            if (at >= end) break;
            Lanes v = unpack(ys[k]);
            Lanes d = unpack(das[k]);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float z = normalise(v.v[i], scale.v[i], shift.v[i]);
                float dz = through_activation(d.v[i], z);
                d.v[i] = __fmaf_rn(scale.v[i], dz, __fmaf_rn(-slope.v[i], v.v[i], -offset.v[i]));
#if REBUILD
                v.v[i] = activate(z);
#endif
            }
            store(dy + at * pitch_dy + channel, d);
#if REBUILD
            store(a + at * pitch_a + channel, v);
#endif
        }
    }
}
