// channels.cuh    rows of channels: how threads are laid over them, 16-byte accesses, sums over all rows
//
// A group is TX * WIDTH channels, of TX threads side by side; TY threads of a block take rows in turn; blockIdx.x is a
// range of rows, blockIdx.y a group. Sums are taken in a fixed order: thread, block, then the partial sums of all
// blocks by whichever block comes last.
#pragma once
#include "types.cuh"

#if VECTOR
#define WIDTH (16 / (int) sizeof(T))
#else
#define WIDTH 1
#endif
#define GROUP (TX * WIDTH)
#define THREADS (TX * TY)
#define MOST_GROUPS 4096

// A block's rows: a range without gaps, of whole turns of its threads, so that a turn begins where memory's lines do.
#define BLOCK_ROWS(row, rows)                                                     \
    u32 share = ((rows + TY - 1) / TY + gridDim.x - 1) / gridDim.x * TY;          \
    u32 end = min(rows, (blockIdx.x + 1) * share);                                \
    u32 row = blockIdx.x * share + threadIdx.x / TX

struct Lanes {
    float v[WIDTH];
};

// One access as it lies in memory: what is loaded ahead of its use takes no more registers than it must.
#if VECTOR
typedef uint4 Packed;
#else
typedef T Packed;
#endif

DEVICE Packed load_packed(const T* p) {
    return *reinterpret_cast<const Packed*>(p);
}

DEVICE Lanes unpack(const Packed& packed) {
    Lanes out;
#if VECTOR
    Vec vec = unpack_vec(packed);
#pragma unroll
    for (int i = 0; i < WIDTH; i++) out.v[i] = vec.v[i];
#else
    out.v[0] = to_float(packed);
#endif
    return out;
}

DEVICE Lanes load(const T* p) {
    return unpack(load_packed(p));
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

// Blocks that have written their partial sums, a counter for each channel group; zero between launches.
__device__ u32 arrived[MOST_GROUPS];

// How often the last block of a channel group has let the others go on.
__device__ u32 released[MOST_GROUPS];

// To be asked by a block's first thread before it arrives.
DEVICE u32 generation() {
    u32 value;
    asm volatile("ld.acquire.gpu.u32 %0, [%1];" : "=r"(value) : "l"(&released[blockIdx.y]) : "memory");
    return value;
}

// The last block's: what its threads have stored is there for the group's other blocks.
DEVICE void release(u32 before) {
    __syncthreads();
    if (threadIdx.x == 0) {
        __threadfence();
        asm volatile("st.release.gpu.u32 [%0], %1;" : : "l"(&released[blockIdx.y]), "r"(before + 1) : "memory");
    }
}

// Waits for the last block of the group. All of them must run at once.
DEVICE void await(u32 before) {
    if (threadIdx.x == 0) {
        while (generation() == before) {
        }
    }
    __syncthreads();
}

// Sums of a block: of each thread at first, of each share of them after the first round.
struct Sums {
    float of[2][TY][GROUP];
};
#define SHARES (THREADS / GROUP)

// Adds up SHARES rows, for thread c < GROUP both sums of channel c.
DEVICE void gather(const Sums& sums, float& first, float& second) {
    first = 0;
    second = 0;
    if (threadIdx.x < GROUP) {
#pragma unroll 8
        for (int share = 0; share < SHARES; share++) {
            first += sums.of[0][share][threadIdx.x];
            second += sums.of[1][share][threadIdx.x];
        }
    }
}

// Adds two sums of all threads of a block with the same channels, stores them as this block's partial sums, and tells
// whether this was the last block of the channel group. partial: f32[row blocks, 2, C].
DEVICE bool combine(const Lanes& first, const Lanes& second, Sums& sums, float* partial, int C) {
    __shared__ bool last;
    int tx = threadIdx.x % TX, ty = threadIdx.x / TX;
#pragma unroll
    for (int i = 0; i < WIDTH; i++) {
        sums.of[0][ty][tx * WIDTH + i] = first.v[i];
        sums.of[1][ty][tx * WIDTH + i] = second.v[i];
    }
    __syncthreads();
    int share = threadIdx.x / GROUP, c = threadIdx.x % GROUP; // a thread reads no row that another one writes
    if (share < SHARES) {
        float a = 0, b = 0;
        for (int row = share; row < TY; row += SHARES) {
            a += sums.of[0][row][c];
            b += sums.of[1][row][c];
        }
        sums.of[0][share][c] = a;
        sums.of[1][share][c] = b;
    }
    __syncthreads();
    float a, b;
    gather(sums, a, b);
    int channel = blockIdx.y * GROUP + threadIdx.x;
    if (threadIdx.x < GROUP && channel < C) {
        partial[((i64) blockIdx.x * 2) * C + channel] = a;
        partial[((i64) blockIdx.x * 2 + 1) * C + channel] = b;
        __threadfence();
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(&arrived[blockIdx.y], 1u) == gridDim.x - 1;
        if (last) arrived[blockIdx.y] = 0;
    }
    __syncthreads();
    return last;
}

// The partial sums of all blocks, added in their order: every thread takes a share of the blocks, then the shares.
// Thread c < GROUP gets both sums of channel c of the group.
DEVICE void total(Sums& sums, const float* partial, int C, float& first, float& second) {
    int share = threadIdx.x / GROUP, c = threadIdx.x % GROUP;
    int channel = blockIdx.y * GROUP + c;
    if (share < SHARES) {
        float a = 0, b = 0;
        if (channel < C) {
#pragma unroll 8
            for (int block = share; block < gridDim.x; block += SHARES) {
                a += __ldcg(&partial[((i64) block * 2) * C + channel]);
                b += __ldcg(&partial[((i64) block * 2 + 1) * C + channel]);
            }
        }
        sums.of[0][share][c] = a;
        sums.of[1][share][c] = b;
    }
    __syncthreads();
    gather(sums, first, second);
}
