// bnact_forward.cu    batch normalization with SiLU or identity
//
//   statistics  mean = sum y / m, var = sum (y - mean)^2 / m, invstd = 1 / sqrt(var + eps); for m > 1 the running
//               statistics are updated: running = (1 - momentum) * running + momentum * (mean, or var * m / (m - 1))
//   sums        for statistics of several ranks: sum (y - r), sum (y - r)^2, m, with r the running mean; bn_moments.cu
//               computes the statistics
//   apply       z = gamma * (y - mean) * invstd + beta, a = z * sigmoid(z), or a = z; RESIDUAL: a is rounded to T, then
//               the residual is added; COPY: channels [from, from + count) of a are also written to a second tensor
//
// shapes      y, a, residual, copy: rows of C channels (copy: count) with a pitch each, m = rows; else f32[C]
// types       T of those; everything else, and all arithmetic, in float
// launch      TX threads along the channels of a group, TY along the rows; grid (row blocks, channel groups);
//             defines OCCUPANCY, TX, TY, WIDTH (elements of 16 bytes, or 1), SILU, SLOPE, RESIDUAL, COPY
// traffic     in tensors of y's size: statistics and sums read 1; apply read 1 and write 1, residual read 1 more, and
//             the copy
// order       sums in a fixed order, the same in every run: reduction_tiling.cuh
// reference   ReferenceNormalization
#include "normalization/bnact.cuh"

// Sums y - shift and its square over the rows of the block, stores them as its partial sums, and returns whether this
// was the last block.
DEVICE bool sum_rows(const ShiftRows& at, i64 pitch, u32 rows, int C, Sums& sums, float* partial, u32 lane) {
    int channel = blockIdx.y * GROUP + threadIdx.x % TX * WIDTH;
    Floats sum = {}, squares = {};
    if (channel < C) {
        const T* y = at.y + channel;
        Floats shift = at.shifts(channel);
        DESCENDING_ROWS(row, step, rows);
#pragma unroll 4
        for (; row < rows; row += step) {
            Floats v = load_floats<WIDTH>(y + row * pitch);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float d = v.v[i] - shift.v[i];
                sum.v[i] += d;
                squares.v[i] += d * d;
            }
        }
    }
    return combine(sum, squares, sums, partial, lane, C);
}

KERNEL __launch_bounds__(THREADS, OCCUPANCY) bn_statistics(const T* y, i64 pitch, u32 rows, int C, float* partial,
        u32 lane, float* mean, float* invstd, float* running_mean, float* running_variance, float epsilon,
        float momentum) {
    __shared__ Sums sums;
    ShiftRows at(y, rows, pitch);
    if (!sum_rows(at, pitch, rows, C, sums, partial, lane)) return;
    int c = blockIdx.y * GROUP + threadIdx.x;
    bool mine = threadIdx.x < GROUP && c < C;
    float shift = 0; // loaded early, as the running statistics
    Running running;
    if (mine) {
        shift = at.shift(c);
        running = {running_mean[c], running_variance[c]};
    }
    float s, q;
    total(sums, partial, C, s, q);
    if (mine) {
        Statistics batch(s, q, shift, (float) rows, epsilon);
        mean[c] = batch.mean;
        invstd[c] = batch.invstd;
        running.update(batch, rows, momentum, running_mean + c, running_variance + c);
    }
}

// The sums of y - r and of its square, with r the running mean, and the number of rows: f32[2 * C + 1]. Ranks exchange
// them; all have the same running mean. They are computed from mean and variance, whose shift is better.
KERNEL __launch_bounds__(THREADS, OCCUPANCY) bn_sums(const T* y, i64 pitch, u32 rows, int C, float* partial, u32 lane,
        const float* running_mean, float* exchanged) {
    __shared__ Sums sums;
    ShiftRows at(y, rows, pitch);
    if (!sum_rows(at, pitch, rows, C, sums, partial, lane)) return;
    float s, q;
    total(sums, partial, C, s, q);
    int c = blockIdx.y * GROUP + threadIdx.x;
    if (threadIdx.x < GROUP && c < C) {
        float m = (float) rows;
        float shift = at.shift(c);
        float d = s / m;
        float variance = fmaxf(q / m - d * d, 0.0f);
        float mean = shift - running_mean[c] + d;
        exchanged[c] = m * mean;
        exchanged[C + c] = m * (variance + mean * mean);
        if (c == 0) exchanged[2 * C] = m;
    }
}

// Rows that a thread loads before it writes any. Results may be in place of operands, so the compiler cannot hoist
// loads.
#if RESIDUAL
#define LOADED 2
#else
#define LOADED 4
#endif

// a may be in place of y or the residual. from and count must be multiples of WIDTH.
KERNEL __launch_bounds__(THREADS, OCCUPANCY) bn_apply(const T* y, i64 pitch, T* a, i64 pitch_a, u32 rows, int C,
                const float* gamma, const float* beta, const float* mean, const float* invstd
#if RESIDUAL
                , const T* residual, i64 pitch_residual
#endif
#if COPY
                , T* copy, i64 pitch_copy, int from, int count
#endif
                ) {
    int channel = blockIdx.y * GROUP + threadIdx.x % TX * WIDTH;
    ASCENDING_ROWS(row, step);
    Vec<T, WIDTH> ys[LOADED];
#if RESIDUAL
    Vec<T, WIDTH> xs[LOADED];
#endif
    auto load_rows = [&] {
#pragma unroll
        for (int k = 0; k < LOADED; k++) {
            u32 at = row + k * step;
            if (at < rows) {
                ys[k] = load<WIDTH>(y + at * pitch + channel);
#if RESIDUAL
                xs[k] = load<WIDTH>(residual + at * pitch_residual + channel);
#endif
            }
        }
    };
    if (channel < C) load_rows(); // their latency overlaps the computation of the coefficients
    __shared__ __align__(16) Affine affine;
    affine.set(gamma, beta, mean, invstd, C);
    __syncthreads();
    if (channel >= C) return;
    Floats scale = part(affine.scale), shift = part(affine.shift);
    for (; row < rows; row += LOADED * step, load_rows()) {
#pragma unroll
        for (int k = 0; k < LOADED; k++) {
            u32 at = row + k * step;
            if (at >= rows) break;
            Floats v = to_floats(ys[k]);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) v.v[i] = activate(normalize(v.v[i], scale.v[i], shift.v[i]));
#if RESIDUAL
            Floats x = to_floats(xs[k]);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) v.v[i] = __fadd_rn(rounded(v.v[i]), x.v[i]); // must not become an fma
#endif
            store_floats(a + at * pitch_a + channel, v);
#if COPY
            if (channel >= from && channel < from + count) store_floats(copy + at * pitch_copy + channel - from, v);
#endif
        }
    }
}
