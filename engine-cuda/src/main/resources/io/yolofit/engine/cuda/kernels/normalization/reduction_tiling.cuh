// reduction_tiling.cuh    tiling over rows of channels, vectorized 16-byte accesses, and reductions over all rows
//
// A group is the TX * WIDTH channels of TX threads; the TY threads of a block along the rows and the gridDim.x blocks
// along them stride over the rows; blockIdx.y is a group. Sums have a fixed order: thread, block, then the partial
// sums of all blocks, which the last block to finish adds.
#pragma once
#include "vector.cuh"

#define GROUP (TX * WIDTH)
#define THREADS (TX * TY)
#define MOST_GROUPS 2048
#define LANES_OF_A_STEP 4 // Lane.java: kernels of different lanes overlap

// A thread's rows: row, row + step, ... while row < rows. The blocks pass over the tensor together, in tiles of TY
// rows, so that accesses start at cache lines. Reductions descend and the kernels that apply their results ascend: what
// a convolution wrote last and what a reduction read last is in the L2 cache, and is read first. Descending rows wrap
// around below 0 and then exceed `rows`.
#define ASCENDING_ROWS(row, step)                              \
    u32 step = gridDim.x * TY;                                 \
    u32 row = blockIdx.x * TY + threadIdx.x / TX

#define DESCENDING_ROWS(row, step, rows)                       \
    u32 step = 0u - gridDim.x * TY;                            \
    u32 row = ((rows + TY - 1) / TY - 1 - blockIdx.x) * TY + threadIdx.x / TX; \
    if (row >= rows) row += step

typedef Vec<float, WIDTH> Floats;

// Number of blocks that have written their partial sums, for each lane and channel group; zero between launches.
__device__ u32 arrived[LANES_OF_A_STEP][MOST_GROUPS];

// Sums of a block: of each thread first, of each share of the rows after the first round. Four channels of a thread are
// followed by four channels of the next thread, so that 16-byte accesses have no bank conflicts.
struct __align__(16) Sums {
    float of[2][TY][GROUP];
};
#define SHARES (THREADS / GROUP)
#define QUAD (WIDTH > 1 ? 4 : 1) // channels of an access to sums
#define QUAD_SHARES (THREADS / (GROUP / QUAD)) // at most TY, as WIDTH is 1, 4 or 8

// Channel of the group whose sums are stored at an index of a thread's row.
DEVICE int channel_at(int place) {
    return WIDTH > 1 ? place % (TX * 4) / 4 * WIDTH + place / (TX * 4) * 4 + place % 4 : place;
}

DEVICE void put(float (&row)[GROUP], int tx, const Floats& values) {
#pragma unroll
    for (int i = 0; i < WIDTH; i += QUAD) {
        store(row + i * TX + tx * QUAD, load<QUAD>(values.v + i));
    }
}

// Sums the first ROWS rows; thread i < GROUP gets the sums at index i.
template <int ROWS>
DEVICE void gather(const Sums& sums, float& first, float& second) {
    first = 0;
    second = 0;
    if (threadIdx.x < GROUP) {
#pragma unroll 8
        for (int row = 0; row < ROWS; row++) {
            first += sums.of[0][row][threadIdx.x];
            second += sums.of[1][row][threadIdx.x];
        }
    }
}

// Reduces two sums over the threads of a block that have the same channels, stores them as the block's partial sums,
// and returns whether this was the last block of the channel group. partial: f32[row blocks, 2, C], aligned to 16
// bytes; lane: of the schedule, whose kernels run one after the other.
DEVICE bool combine(const Floats& first, const Floats& second, Sums& sums, float* partial, u32 lane, int C) {
    __shared__ bool last;
    int tx = threadIdx.x % TX, ty = threadIdx.x / TX;
    put(sums.of[0][ty], tx, first);
    put(sums.of[1][ty], tx, second);
    __syncthreads();
    int share = threadIdx.x / GROUP, place = threadIdx.x % GROUP; // no thread reads a row that another one writes
    if (share < SHARES) {
        float a = 0, b = 0;
        for (int row = share; row < TY; row += SHARES) {
            a += sums.of[0][row][place];
            b += sums.of[1][row][place];
        }
        sums.of[0][share][place] = a;
        sums.of[1][share][place] = b;
    }
    __syncthreads();
    float a, b;
    gather<SHARES>(sums, a, b);
    int channel = blockIdx.y * GROUP + channel_at(threadIdx.x);
    if (threadIdx.x < GROUP && channel < C) {
        partial[((i64) blockIdx.x * 2) * C + channel] = a;
        partial[((i64) blockIdx.x * 2 + 1) * C + channel] = b;
        __threadfence();
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        u32* count = &arrived[lane][blockIdx.y];
        last = atomicAdd(count, 1u) == gridDim.x - 1;
        if (last) *count = 0;
    }
    __syncthreads();
    return last;
}

// Bypasses L1, which does not see what other blocks have written.
DEVICE Vec<float, QUAD> load_l2(const float* p) {
#if WIDTH > 1
    float4 four = __ldcg(reinterpret_cast<const float4*>(p));
    return {four.x, four.y, four.z, four.w};
#else
    return {__ldcg(p)};
#endif
}

// Sums the partial sums of all blocks in a fixed order: each thread sums every n-th block, then the threads' sums are
// added. Thread c < GROUP gets both sums of channel c of the group.
DEVICE void total(Sums& sums, const float* partial, int C, float& first, float& second) {
    int share = threadIdx.x / (GROUP / QUAD), c = threadIdx.x % (GROUP / QUAD) * QUAD;
    int channel = blockIdx.y * GROUP + c;
    if (share < QUAD_SHARES) {
        Vec<float, QUAD> a = {}, b = {};
        if (channel < C) {
#pragma unroll 8
            for (int block = share; block < gridDim.x; block += QUAD_SHARES) {
                a += load_l2(&partial[((i64) block * 2) * C + channel]);
                b += load_l2(&partial[((i64) block * 2 + 1) * C + channel]);
            }
        }
        store(&sums.of[0][share][c], a);
        store(&sums.of[1][share][c], b);
    }
    __syncthreads();
    gather<QUAD_SHARES>(sums, first, second);
}
