// bnact.cu    batch normalisation with SiLU or identity, forward and backward
//
//   statistics  mean = sum y / m, var = sum (y - mean)^2 / m, invstd = 1 / sqrt(var + eps); running statistics updated
//   apply       z = gamma * (y - mean) * invstd + beta, a = z * sigmoid(z), or a = z
//   reduce      dz = da * s * (1 + z * (1 - s)), or da; dbeta = sum dz, dgamma = sum dz * (y - mean) * invstd
//   backward    dy = gamma * invstd * (dz - dbeta / m - (y - mean) * invstd * dgamma / m)
//
// shapes      y, a, da, dy: rows of C channels with a pitch each, m = rows; all else f32[C]
// types       T of y, a, da, dy; everything else, and all arithmetic, in float
// launch      TX threads over the channel vectors of a group, TY over rows; grid (row blocks, channel groups);
//             defines TX, TY, VECTOR (16-byte accesses or single elements), SILU
// traffic     statistics 1, apply 2, reduce 2, backward 3 elements of y's size     reference ReferenceNormalization
//
// Sums are taken in a fixed order: thread, block, then the partial sums of all blocks by whichever block comes last.
// Deviations are taken from the first row, so that a mean far from zero does not cancel the variance away.
#include "types.cuh"

#if VECTOR
#define WIDTH (16 / (int) sizeof(T))
#else
#define WIDTH 1
#endif
#define GROUP (TX * WIDTH)
#define THREADS (TX * TY)
#define MOST_GROUPS 4096

// A block's rows: a range without gaps, as long as every other's but for the last.
#define BLOCK_ROWS(row, rows)                                                     \
    u32 share = (rows + gridDim.x - 1) / gridDim.x;                               \
    u32 end = min(rows, (blockIdx.x + 1) * share);                                \
    u32 row = blockIdx.x * share + threadIdx.x / TX

struct Lanes {
    float v[WIDTH];
};

DEVICE Lanes load(const T* p) {
    Lanes out;
#if VECTOR
    Vec vec = load_vec(p);
#pragma unroll
    for (int i = 0; i < WIDTH; i++) out.v[i] = vec.v[i];
#else
    out.v[0] = to_float(*p);
#endif
    return out;
}

DEVICE void store(T* p, const Lanes& in) {
#if VECTOR
    Vec vec;
#pragma unroll
    for (int i = 0; i < WIDTH; i++) vec.v[i] = in.v[i];
    store_vec(p, vec);
#else
    *p = from_float(in.v[0]);
#endif
}

DEVICE Lanes channels(const float* p, int channel) {
    Lanes out;
#pragma unroll
    for (int i = 0; i < WIDTH; i++) out.v[i] = p[channel + i];
    return out;
}

// Blocks that have written their partial sums, a counter for each channel group; zero between launches.
__device__ u32 arrived[MOST_GROUPS];

// Adds two sums of all threads of a block with the same channels, stores them as this block's partial sums, and tells
// whether this was the last block of the channel group. partial: f32[row blocks, 2, C].
DEVICE bool combine(const Lanes& first, const Lanes& second, float* partial, int C) {
    __shared__ float sums[TY][GROUP];
    __shared__ bool last;
    int tx = threadIdx.x % TX, ty = threadIdx.x / TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
#pragma unroll
    for (int which = 0; which < 2; which++) {
        const Lanes& mine = which == 0 ? first : second;
        __syncthreads();
#pragma unroll
        for (int i = 0; i < WIDTH; i++) sums[ty][tx * WIDTH + i] = mine.v[i];
        __syncthreads();
        int half = 1;
        while (half < TY) half *= 2;
        for (half /= 2; half > 0; half /= 2) {
            if (ty < half && ty + half < TY) {
#pragma unroll
                for (int i = 0; i < WIDTH; i++) sums[ty][tx * WIDTH + i] += sums[ty + half][tx * WIDTH + i];
            }
            __syncthreads();
        }
        if (ty == 0 && channel < C) {
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                partial[((i64) blockIdx.x * 2 + which) * C + channel + i] = sums[0][tx * WIDTH + i];
            }
        }
    }
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(&arrived[blockIdx.y], 1u) == gridDim.x - 1;
        if (last) arrived[blockIdx.y] = 0;
    }
    __syncthreads();
    if (last) __threadfence();
    return last;
}

// The partial sums of all blocks, added in their order: every thread takes a share of the blocks, then the shares.
// Thread c < GROUP gets both sums of channel c of the group.
DEVICE void total(const float* partial, int C, float& first, float& second) {
    const int SHARES = THREADS / GROUP > 0 ? THREADS / GROUP : 1;
    __shared__ float shares[2][SHARES][GROUP];
    for (int index = threadIdx.x; index < SHARES * GROUP; index += THREADS) {
        int share = index / GROUP, c = index % GROUP;
        int channel = blockIdx.y * GROUP + c;
        float a = 0, b = 0;
        if (channel < C) {
#pragma unroll 4
            for (int block = share; block < gridDim.x; block += SHARES) {
                a += __ldcg(&partial[((i64) block * 2) * C + channel]);
                b += __ldcg(&partial[((i64) block * 2 + 1) * C + channel]);
            }
        }
        shares[0][share][c] = a;
        shares[1][share][c] = b;
    }
    __syncthreads();
    first = 0;
    second = 0;
    if (threadIdx.x < GROUP) {
        for (int share = 0; share < SHARES; share++) {
            first += shares[0][share][threadIdx.x];
            second += shares[1][share][threadIdx.x];
        }
    }
}

KERNEL __launch_bounds__(THREADS, 2) bn_statistics(const T* y, i64 pitch, u32 rows, int C, float* partial, float* mean, float* invstd,
                     float* running_mean, float* running_variance, float epsilon, float momentum) {
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
    if (!combine(sum, squares, partial, C)) return;
    float s, q;
    total(partial, C, s, q);
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

DEVICE float activate(float z) {
#if SILU
    return z * sigmoid(z);
#else
    return z;
#endif
}

KERNEL __launch_bounds__(THREADS, 4) bn_apply(const T* y, i64 pitch, T* a, i64 pitch_a, u32 rows, int C, const float* gamma, const float* beta,
                const float* mean, const float* invstd) {
    int tx = threadIdx.x % TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
    if (channel >= C) return;
    Lanes scale, shift;
#pragma unroll
    for (int i = 0; i < WIDTH; i++) {
        scale.v[i] = gamma[channel + i] * invstd[channel + i];
        shift.v[i] = beta[channel + i] - mean[channel + i] * scale.v[i];
    }
    BLOCK_ROWS(row, rows);
#pragma unroll 4
    for (; row < end; row += TY) {
        Lanes v = load(y + row * pitch + channel);
#pragma unroll
        for (int i = 0; i < WIDTH; i++) v.v[i] = activate(v.v[i] * scale.v[i] + shift.v[i]);
        store(a + row * pitch_a + channel, v);
    }
}

DEVICE float through_activation(float da, float z) {
#if SILU
    float s = sigmoid(z);
    return da * s * (1.0f + z * (1.0f - s));
#else
    return da;
#endif
}

KERNEL __launch_bounds__(THREADS, 2) bn_reduce(const T* da, i64 pitch_da, const T* y, i64 pitch, u32 rows, int C, float* partial,
                 const float* gamma, const float* beta, const float* mean, const float* invstd, float* dgamma,
                 float* dbeta) {
    int tx = threadIdx.x % TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
    Lanes by_beta = {}, by_gamma = {};
    if (channel < C) {
        Lanes scale, shift, centre = channels(mean, channel);
#pragma unroll
        for (int i = 0; i < WIDTH; i++) {
            scale.v[i] = gamma[channel + i] * invstd[channel + i];
            shift.v[i] = beta[channel + i] - centre.v[i] * scale.v[i];
        }
        BLOCK_ROWS(row, rows);
#pragma unroll 2
        for (; row < end; row += TY) {
            Lanes v = load(y + row * pitch + channel);
            Lanes d = load(da + row * pitch_da + channel);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float dz = through_activation(d.v[i], v.v[i] * scale.v[i] + shift.v[i]);
                by_beta.v[i] += dz;
                by_gamma.v[i] += dz * (v.v[i] - centre.v[i]);
            }
        }
    }
    if (!combine(by_beta, by_gamma, partial, C)) return;
    float b, g;
    total(partial, C, b, g);
    int c = blockIdx.y * GROUP + threadIdx.x;
    if (threadIdx.x < GROUP && c < C) {
        dbeta[c] = b;
        dgamma[c] = g * invstd[c];
    }
}

// dy may lie over y or da.
KERNEL __launch_bounds__(THREADS, 4) bn_backward(const T* da, i64 pitch_da, const T* y, i64 pitch, T* dy, i64 pitch_dy, u32 rows, int C,
                   const float* gamma, const float* beta, const float* mean, const float* invstd,
                   const float* dgamma, const float* dbeta) {
    int tx = threadIdx.x % TX;
    int channel = blockIdx.y * GROUP + tx * WIDTH;
    if (channel >= C) return;
    Lanes scale, shift, slope, offset;
    float m = (float) rows;
#pragma unroll
    for (int i = 0; i < WIDTH; i++) {
        int c = channel + i;
        scale.v[i] = gamma[c] * invstd[c];
        shift.v[i] = beta[c] - mean[c] * scale.v[i];
        slope.v[i] = scale.v[i] * invstd[c] * dgamma[c] / m;
        offset.v[i] = scale.v[i] * dbeta[c] / m - slope.v[i] * mean[c];
    }
    BLOCK_ROWS(row, rows);
#pragma unroll 2
    for (; row < end; row += TY) {
        Lanes v = load(y + row * pitch + channel);
        Lanes d = load(da + row * pitch_da + channel);
#pragma unroll
        for (int i = 0; i < WIDTH; i++) {
            float dz = through_activation(d.v[i], v.v[i] * scale.v[i] + shift.v[i]);
            d.v[i] = scale.v[i] * dz - slope.v[i] * v.v[i] - offset.v[i];
        }
        store(dy + row * pitch_dy + channel, d);
    }
}
