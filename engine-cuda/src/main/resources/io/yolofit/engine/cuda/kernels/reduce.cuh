// reduce.cuh  reductions over warps and blocks, and sums of partial sums; their order is the same in every run
#pragma once
#include "vector.cuh"

#define ALL_LANES 0xffffffffu // of a warp

template <class N>
DEVICE N warp_sum(N x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset /= 2) {
        x += __shfl_xor_sync(ALL_LANES, x, offset);
    }
    return x;
}

DEVICE float warp_max(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset /= 2) {
        x = fmaxf(x, __shfl_xor_sync(ALL_LANES, x, offset));
    }
    return x;
}

#if defined(THREADS)
// Sum over a block, returned in thread 0.
DEVICE double block_sum(double x) {
    __shared__ double sums[THREADS / 32];
    x = warp_sum(x);
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        sums[threadIdx.x / 32] = x;
    }
    __syncthreads();
    double sum = 0;
    for (int warp = 0; warp < THREADS / 32; warp++) {
        sum += sums[warp];
    }
    return sum;
}

// Sum of values that this or an earlier kernel has written, returned in thread 0.
DEVICE double sum_of(const double* p, int count) {
    double sum = 0;
    for (int i = threadIdx.x; i < count; i += THREADS) {
        sum += *(const volatile double*) (p + i);
    }
    return block_sum(sum);
}
#endif

#if defined(TOTAL_SIDE)
// Sum of W elements over partial sums that are `stride` elements apart, returned in threads with threadIdx.y 0. A block
// has TOTAL_SIDE threads along the elements and `rows`, TOTAL_SIDE at most, along the partial sums.
template <int W>
DEVICE Vec<float, W> total_of(const float* RESTRICT partial, i64 stride, int parts, u32 rows, bool there) {
    __shared__ Vec<float, W> sums[TOTAL_SIDE][TOTAL_SIDE];
    Vec<float, W> sum = {};
    if (there) {
#pragma unroll 4
        for (int part = threadIdx.y; part < parts; part += rows) {
            sum += load<W>(partial + part * stride);
        }
    }
    sums[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y == 0) {
#pragma unroll (W == 1 ? TOTAL_SIDE : 1)
        for (int y = 1; y < rows; y++) {
            sum += sums[y][threadIdx.x];
        }
    }
    return sum;
}

// Stores the total of an element of a gradient; existing is null if there is none.
DEVICE void store_total(const float* RESTRICT partial, i64 stride, int parts, bool there, const float* existing,
        float* gradient, i64 at) {
    float total = total_of<1>(partial, stride, parts, TOTAL_SIDE, there).v[0];
    if (threadIdx.y == 0 && there) {
        gradient[at] = existing == nullptr ? total : existing[at] + total;
    }
}
#endif
