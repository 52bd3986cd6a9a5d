// bnact_gradient.cu    gradient of batch normalization with SiLU or identity
//
//   reduce      dz = da * s * (1 + z * (1 - s)), or da; dbeta = sum dz, dgamma = sum dz * (y - mean) * invstd
//   backward    dy = gamma * invstd * (dz - dbeta / m - (y - mean) * invstd * dgamma / m); RECOMPUTE: also a
//   EXCHANGED   reduce also writes dbeta, dgamma and m to f32[2 * C + 1], which ranks sum; backward reads the sums
//
// shapes      y, a, da, dy: rows of C channels with a pitch each, m = rows; else f32[C]
// types       T of those; everything else, and all arithmetic, in float
// launch      TX threads along the channels of a group, TY along the rows; grid (row blocks, channel groups);
//             defines OCCUPANCY, TX, TY, WIDTH (elements of 16 bytes, or 1), SILU, SLOPE, RECOMPUTE,
//             EXCHANGED
// traffic     in tensors of y's size: reduce 2, backward 3 (4 with RECOMPUTE)
// order       sums in a fixed order, the same in every run: reduction_tiling.cuh
// reference   ReferenceNormalization
#include "normalization/bnact.cuh"

#define LOADED 2 // rows that a thread loads before it uses them or writes any

// Prefetched rows. The latency of the first ones overlaps the computation of the coefficients.
struct Loaded {
    Vec<T, WIDTH> da[LOADED], y[LOADED];

    INLINE void load_rows(const T* da_from, i64 pitch_da, const T* y_from, i64 pitch, u32 row, u32 step, u32 rows,
            int channel) {
#pragma unroll
        for (int k = 0; k < LOADED; k++) {
            u32 at = row + k * step;
            if (at < rows) {
                da[k] = load<WIDTH>(da_from + at * pitch_da + channel);
                y[k] = load<WIDTH>(y_from + at * pitch + channel);
            }
        }
    }
};

KERNEL __launch_bounds__(THREADS, OCCUPANCY) bn_reduce(const T* da, i64 pitch_da, const T* y, i64 pitch, u32 rows,
                int C, float* partial, u32 lane, const float* gamma, const float* beta, const float* mean,
                const float* invstd, float* dgamma, float* dbeta
#if EXCHANGED
                , float* exchanged
#endif
                ) {
    __shared__ __align__(16) Affine affine;
    __shared__ __align__(16) float means[GROUP];
    int channel = blockIdx.y * GROUP + threadIdx.x % TX * WIDTH;
    DESCENDING_ROWS(row, step, rows);
    Loaded loaded;
    if (channel < C) loaded.load_rows(da, pitch_da, y, pitch, row, step, rows, channel);
    affine.set(gamma, beta, mean, invstd, C);
    for (int i = threadIdx.x; i < GROUP; i += THREADS) {
        int c = blockIdx.y * GROUP + i;
        if (c < C) means[i] = mean[c];
    }
    __syncthreads();
    Floats by_beta = {}, by_gamma = {};
    if (channel < C) {
        Floats scale = part(affine.scale), shift = part(affine.shift);
        for (; row < rows; row += LOADED * step, loaded.load_rows(da, pitch_da, y, pitch, row, step, rows, channel)) {
#pragma unroll
            for (int k = 0; k < LOADED; k++) {
                if (row + k * step >= rows) break;
                Floats v = to_floats(loaded.y[k]);
                Floats d = to_floats(loaded.da[k]);
                Floats center = part(means); // loaded in each iteration, to save registers
#pragma unroll
                for (int i = 0; i < WIDTH; i++) {
                    float dz = through_activation(d.v[i], normalize(v.v[i], scale.v[i], shift.v[i]));
                    by_beta.v[i] += dz;
                    by_gamma.v[i] += dz * (v.v[i] - center.v[i]);
                }
            }
        }
    }
    __shared__ Sums sums;
    if (!combine(by_beta, by_gamma, sums, partial, lane, C)) return;
    float b, g;
    total(sums, partial, C, b, g);
    int c = blockIdx.y * GROUP + threadIdx.x;
    if (threadIdx.x < GROUP && c < C) {
        dbeta[c] = b;
        dgamma[c] = g * invstd[c];
#if EXCHANGED
        exchanged[c] = b;
        exchanged[C + c] = g * invstd[c];
        if (c == 0) exchanged[2 * C] = (float) rows;
#endif
    }
}

// dy may be in place of y or da, a in place of the other: a thread reads its elements of both before it writes any.
KERNEL __launch_bounds__(THREADS, OCCUPANCY) bn_backward(const T* da, i64 pitch_da, const T* y, i64 pitch, T* dy,
                i64 pitch_dy, u32 rows, int C, const float* gamma, const float* beta, const float* mean,
                const float* invstd, const float* dgamma, const float* dbeta
#if EXCHANGED
                , const float* count
#endif
#if RECOMPUTE
                , T* a, i64 pitch_a
#endif
                ) {
    __shared__ __align__(16) Affine affine;
    __shared__ __align__(16) Correction correction;
    int channel = blockIdx.y * GROUP + threadIdx.x % TX * WIDTH;
    ASCENDING_ROWS(row, step);
    Loaded loaded;
    if (channel < C) loaded.load_rows(da, pitch_da, y, pitch, row, step, rows, channel);
    affine.set(gamma, beta, mean, invstd, C);
#if EXCHANGED
    correction.set(gamma, mean, invstd, dgamma, dbeta, *count, C);
#else
    correction.set(gamma, mean, invstd, dgamma, dbeta, (float) rows, C);
#endif
    __syncthreads();
    if (channel >= C) return;
    Floats scale = part(affine.scale), shift = part(affine.shift);
    Floats slope = part(correction.slope), offset = part(correction.offset);
    for (; row < rows; row += LOADED * step, loaded.load_rows(da, pitch_da, y, pitch, row, step, rows, channel)) {
#pragma unroll
        for (int k = 0; k < LOADED; k++) {
            u32 at = row + k * step;
            if (at >= rows) break;
            Floats v = to_floats(loaded.y[k]);
            Floats d = to_floats(loaded.da[k]);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float z = normalize(v.v[i], scale.v[i], shift.v[i]);
                d.v[i] = gradient_of(d.v[i], v.v[i], z, scale.v[i], slope.v[i], offset.v[i]);
#if RECOMPUTE
                v.v[i] = activate(z);
#endif
            }
            store_floats(dy + at * pitch_dy + channel, d);
#if RECOMPUTE
            store_floats(a + at * pitch_a + channel, v);
#endif
        }
    }
}
