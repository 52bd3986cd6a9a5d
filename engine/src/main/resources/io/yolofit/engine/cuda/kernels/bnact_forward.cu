// bnact_forward.cu    batch normalisation with SiLU or identity
//
//   statistics  mean = sum y / m, var = sum (y - mean)^2 / m, invstd = 1 / sqrt(var + eps); running statistics updated
//   apply       z = gamma * (y - mean) * invstd + beta, a = z * sigmoid(z), or a = z; RESIDUAL: a is rounded as if it
//               were stored, then added to; COPY: a's channels [from, from + count) are written a second time
//   whole       both in one launch, for a grid that the device runs at once: its blocks wait for the statistics
//
// shapes      y, a, residual, copy: rows of C channels (copy: count) with a pitch each, m = rows; else f32[C]
// types       T of those; everything else, and all arithmetic, in float
// launch      TX threads over the channel vectors of a group, TY over rows; grid (row blocks, channel groups);
//             defines TX, TY, VECTOR (16-byte accesses or single elements), SILU, RESIDUAL, COPY
// traffic     statistics 1, apply 2 (residual 3, and the copy) elements of y's size; whole: a thread's first KEPT rows
//             are read once
// reference   ReferenceNormalization
//
// Sums are taken in a fixed order, the same in every run, and in statistics as in whole: channels.cuh.
#include "bnact.cuh"

#define KEPT 4 // rows that a thread keeps in registers from the statistics on

// Rows that a thread loads before it writes any: as results may lie over operands, the compiler cannot move loads up.
#if RESIDUAL
#define APPLIED 2
#else
#define APPLIED 4
#endif

struct Statistics {
    float* partial;
    float* mean;
    float* invstd;
    float* running_mean;
    float* running_variance;
    float epsilon;
    float momentum;
};

// Where results go, and what is added to them.
struct Target {
    T* a;
    i64 pitch_a;
#if RESIDUAL
    const T* residual;
    i64 pitch_residual;
#endif
#if COPY
    T* copy;
    i64 pitch_copy;
    int from;
    int count;
#endif
};

DEVICE void add_deviations(const Packed& packed, const Lanes& shift, Lanes& sum, Lanes& squares) {
    Lanes v = unpack(packed);
#pragma unroll
    for (int i = 0; i < WIDTH; i++) {
        float d = v.v[i] - shift.v[i];
        sum.v[i] += d;
        squares.v[i] = __fmaf_rn(d, d, squares.v[i]);
    }
}

// A thread's first rows are left in kept. Tells whether this was the last block of its channels, which stored them.
DEVICE bool statistics(const T* y, i64 pitch, u32 rows, int C, const Statistics& to, Packed (&kept)[KEPT]) {
    int channel = blockIdx.y * GROUP + threadIdx.x % TX * WIDTH;
    Lanes sum = {}, squares = {};
    if (channel < C) {
        BLOCK_ROWS(row, rows);
#pragma unroll
        for (int k = 0; k < KEPT; k++) {
            if (row + k * TY < end) kept[k] = load_packed(y + (row + k * TY) * pitch + channel);
        }
        Lanes shift = load(y + channel);
#pragma unroll
        for (int k = 0; k < KEPT; k++) {
            if (row + k * TY < end) add_deviations(kept[k], shift, sum, squares);
        }
#pragma unroll 4
        for (row += KEPT * TY; row < end; row += TY) {
            add_deviations(load_packed(y + row * pitch + channel), shift, sum, squares);
        }
    }
    __shared__ Sums sums;
    if (!combine(sum, squares, sums, to.partial, C)) return false;
    float s, q;
    total(sums, to.partial, C, s, q);
    int c = blockIdx.y * GROUP + threadIdx.x;
    if (threadIdx.x < GROUP && c < C) {
        float m = (float) rows;
        float d = s / m;
        float variance = fmaxf(__fmaf_rn(-d, d, q / m), 0.0f);
        float average = to_float(y[c]) + d;
        to.mean[c] = average;
        to.invstd[c] = 1.0f / sqrtf(variance + to.epsilon);
        float unbiased = variance * (m / (m - 1.0f));
        float kept_share = 1.0f - to.momentum;
        to.running_mean[c] = __fmaf_rn(to.momentum, average, __fmul_rn(kept_share, to.running_mean[c]));
        to.running_variance[c] = __fmaf_rn(to.momentum, unbiased, __fmul_rn(kept_share, to.running_variance[c]));
    }
    return true;
}

DEVICE void apply_row(const Packed& packed, const Packed& added, const Lanes& scale, const Lanes& shift,
        const Target& to, u32 row, int channel) {
    Lanes v = unpack(packed);
#pragma unroll
    for (int i = 0; i < WIDTH; i++) v.v[i] = activate(normalise(v.v[i], scale.v[i], shift.v[i]));
#if RESIDUAL
    Lanes x = unpack(added);
#pragma unroll
    for (int i = 0; i < WIDTH; i++) v.v[i] = __fadd_rn(rounded(v.v[i]), x.v[i]); // never a multiply-add
#endif
    store(to.a + row * to.pitch_a + channel, v);
#if COPY
    if (channel >= to.from && channel < to.from + to.count) {
        store(to.copy + row * to.pitch_copy + channel - to.from, v);
    }
#endif
}

DEVICE void apply_rows(const T* y, i64 pitch, const Lanes& scale, const Lanes& shift, const Target& to, u32 row,
        u32 end, int channel) {
    for (; row < end; row += APPLIED * TY) {
        Packed ys[APPLIED], xs[APPLIED];
#pragma unroll
        for (int k = 0; k < APPLIED; k++) {
            u32 at = row + k * TY;
            if (at < end) {
                ys[k] = load_packed(y + at * pitch + channel);
#if RESIDUAL
                xs[k] = load_packed(to.residual + at * to.pitch_residual + channel);
#endif
            }
        }
#pragma unroll
        for (int k = 0; k < APPLIED; k++) {
            if (row + k * TY < end) apply_row(ys[k], xs[k], scale, shift, to, row + k * TY, channel);
        }
    }
}

KERNEL __launch_bounds__(THREADS, 2) bn_statistics(const T* y, i64 pitch, u32 rows, int C, Statistics to) {
    Packed kept[KEPT];
    statistics(y, pitch, rows, C, to, kept);
}

// a may lie over y or the residual. Wide pieces need a copy that begins and ends at multiples of WIDTH.
KERNEL __launch_bounds__(THREADS, 4) bn_apply(const T* y, i64 pitch, u32 rows, int C, const float* gamma,
                const float* beta, const float* mean, const float* invstd, Target to) {
    __shared__ __align__(16) Affine affine;
    affine.set(gamma, beta, mean, invstd, C);
    __syncthreads();
    int channel = blockIdx.y * GROUP + threadIdx.x % TX * WIDTH;
    if (channel >= C) return;
    BLOCK_ROWS(row, rows);
    apply_rows(y, pitch, part(affine.scale), part(affine.shift), to, row, end, channel);
}

// As both, to the bit.
KERNEL __launch_bounds__(THREADS, 2) bn_whole(const T* y, i64 pitch, u32 rows, int C, Statistics with,
                const float* gamma, const float* beta, Target to) {
    u32 launches = generation();
    Packed kept[KEPT];
    if (statistics(y, pitch, rows, C, with, kept)) {
        release(launches);
    } else {
        await(launches);
    }
    __shared__ __align__(16) Affine affine;
    affine.set(gamma, beta, with.mean, with.invstd, C);
    __syncthreads();
    int channel = blockIdx.y * GROUP + threadIdx.x % TX * WIDTH;
    if (channel >= C) return;
    Lanes scale = part(affine.scale), shift = part(affine.shift);
    BLOCK_ROWS(row, rows);
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
        u32 at = row + k * TY;
        if (at >= end) break;
        Packed added;
#if RESIDUAL
        added = load_packed(to.residual + at * to.pitch_residual + channel);
#endif
        apply_row(kept[k], added, scale, shift, to, at, channel);
    }
    apply_rows(y, pitch, scale, shift, to, row + KEPT * TY, end, channel);
}
