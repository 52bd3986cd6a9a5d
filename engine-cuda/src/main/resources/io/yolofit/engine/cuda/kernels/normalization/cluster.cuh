// cluster.cuh     batch norms in one launch, whose tensors stay in the shared memory of thread block clusters
//
// The CLUSTER blocks of a cluster (blockIdx.x) have the channels of a group (blockIdx.y), each a range of rows. A block
// copies its rows to shared memory once. Its sums go to the other blocks of the cluster through distributed shared
// memory, and its rows are read from shared memory a second time when the statistics are known. Compute capability 9.0.
//
// order       sums in a fixed order: thread, warp, block, then the blocks of the cluster by rank. All blocks of a
//             cluster add the same numbers in the same order and get the same bits.
#pragma once
#include "async_copy.cuh"
#include "normalization/bnact.cuh"
#include "reduce.cuh"

#define WARPS (THREADS / 32)
static_assert(2 * GROUP <= THREADS && THREADS % 32 == 0 && 32 % TX == 0, "a thread adds one sum of a group");

#define CHUNKS 4 // groups of asynchronous copies: the sums of one overlap the copies of the later ones

typedef Vec<T, WIDTH> Piece;

// Rows of a block: TENSORS pieces of each row of a thread. A thread reads only what it copied.
extern __shared__ Piece pieces[];

DEVICE Piece& piece(int slot, int tensor) { return pieces[(slot * TENSORS + tensor) * THREADS + threadIdx.x]; }

struct Source {
    const T* p;
    i64 pitch;
};

// The rows of a thread: row + k * TY for k < slots.
struct Rows {
    u32 row;
    int channel;
    int slots;

    INLINE Rows(u32 rows, int C) : channel(blockIdx.y * GROUP + threadIdx.x % TX * WIDTH) {
        u32 share = (rows + CLUSTER - 1) / CLUSTER;
        u32 end = min(rows, (blockIdx.x + 1) * share);
        row = blockIdx.x * share + threadIdx.x / TX;
        slots = channel < C && row < end ? (int) ((end - row + TY - 1) / TY) : 0;
    }

    INLINE i64 at(int slot, i64 pitch) const { return (i64) (row + slot * TY) * pitch + channel; }

    INLINE int chunk_end(int chunk) const { return min(slots, (slots + CHUNKS - 1) / CHUNKS * (chunk + 1)); }

    // Starts all copies.
    INLINE void copy(const Source (&from)[TENSORS]) const {
        for (int chunk = 0, k = 0; chunk < CHUNKS; chunk++) {
            for (; k < chunk_end(chunk); k++) {
#pragma unroll
                for (int i = 0; i < TENSORS; i++) {
                    copy_async(shared_address(&piece(k, i)), from[i].p + at(k, from[i].pitch), true);
                }
            }
            commit();
        }
    }

    // Calls a function with each slot when its copies are complete.
    template <class F>
    INLINE void each(F use) const {
        for (int chunk = 0, k = 0; chunk < CHUNKS; chunk++) {
            switch (chunk) {
                case 0: wait<3>(); break;
                case 1: wait<2>(); break;
                case 2: wait<1>(); break;
                default: wait<0>();
            }
            for (; k < chunk_end(chunk); k++) use(k);
        }
    }
};

// Arrive releases what a thread has written, wait acquires what all threads of the cluster wrote before they arrived.
DEVICE void cluster_arrive() { asm volatile("barrier.cluster.arrive;" ::: "memory"); }
DEVICE void cluster_wait() { asm volatile("barrier.cluster.wait;" ::: "memory"); }

// The float at the same address in the shared memory of another block of the cluster.
DEVICE float load_remote(const float* p, int block) {
    u32 address;
    float value;
    asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(address) : "r"(shared_address(p)), "r"(block));
    asm volatile("ld.shared::cluster.f32 %0, [%1];" : "=f"(value) : "r"(address) : "memory");
    return value;
}

// Two sums of WIDTH channels: of a thread; then, of a group.
typedef float ThreadSums[2 * WIDTH];
typedef float GroupSums[2 * GROUP];

struct ClusterSums {
    GroupSums of_warp[WARPS];
    GroupSums of_block;
    GroupSums total;

    // Adds the sums of the threads of a warp that have the same channels. In each step a lane passes half of its sums
    // to its partner and keeps the other half, until it has a single one.
    INLINE void add_warp(ThreadSums& v) {
        int first = 0; // index of v[0] among the sums of the thread
        int count = 2 * WIDTH;
        bool stores = true;
#pragma unroll
        for (int offset = 16; offset >= TX; offset /= 2) {
            bool upper = threadIdx.x & offset;
            if (count > 1) {
                count /= 2;
#pragma unroll
                for (int i = 0; i < WIDTH; i++) {
                    if (i < count) {
                        float passed = upper ? v[i] : v[i + count];
                        float kept = upper ? v[i + count] : v[i];
                        v[i] = kept + __shfl_xor_sync(ALL_LANES, passed, offset);
                    }
                }
                first += upper ? count : 0;
            } else {
                v[0] += __shfl_xor_sync(ALL_LANES, v[0], offset);
                stores &= !upper;
            }
        }
#pragma unroll
        for (int i = 0; i < 2 * WIDTH; i++) {
            int sum = (first + i) / WIDTH, channel = threadIdx.x % TX * WIDTH + (first + i) % WIDTH;
            if (i < count && stores) of_warp[threadIdx.x / 32][sum * GROUP + channel] = v[i];
        }
    }

    // Sums over all rows, from those of each thread; the first sums of the group's channels, then the second ones.
    // Called by all threads; every thread must call cluster_wait before it exits, because other blocks read of_block.
    INLINE void add_cluster(ThreadSums& v) {
        add_warp(v);
        __syncthreads();
        int i = threadIdx.x;
        if (i < 2 * GROUP) {
            float sum = 0;
#pragma unroll
            for (int warp = 0; warp < WARPS; warp++) sum += of_warp[warp][i];
            of_block[i] = sum;
        }
        cluster_arrive();
        cluster_wait();
        if (i < 2 * GROUP) {
            float parts[CLUSTER];
#pragma unroll
            for (int block = 0; block < CLUSTER; block++) parts[block] = load_remote(&of_block[i], block);
            float sum = 0;
#pragma unroll
            for (int block = 0; block < CLUSTER; block++) sum += parts[block];
            total[i] = sum;
        }
        __syncthreads();
        cluster_arrive();
    }
};
