// bn_cluster_forward.cu   batch norm of a small tensor in one launch: statistics and apply of bnact_forward.cu
//
// shapes      y, a, residual, copy: rows of C channels (copy: count) with a pitch each, m = rows; else f32[C]
// types       T of those; everything else, and all arithmetic, in float
// launch      clusters of CLUSTER blocks, grid (CLUSTER, channel groups), TX threads along the channels, TY along the
//             rows, 16-byte accesses of WIDTH elements; dynamic shared memory for y and the residual: TENSORS;
//             defines OCCUPANCY, SILU, SLOPE, RESIDUAL, COPY
// traffic     in tensors of y's size: read 1, write 1, residual read 1 more, and the copy
// order       cluster.cuh
// reference   ReferenceNormalization
#include "normalization/cluster.cuh"

// a may be in place of y or the residual: rows are written when all blocks have read the rows of the shift.
KERNEL __launch_bounds__(THREADS, OCCUPANCY) bn_cluster_forward(const T* y, i64 pitch, T* a, i64 pitch_a, u32 rows,
                int C, const float* gamma, const float* beta, float* mean, float* invstd, float* running_mean,
                float* running_variance, float epsilon, float momentum
#if RESIDUAL
                , const T* residual, i64 pitch_residual
#endif
#if COPY
                , T* copy, i64 pitch_copy, int from, int count
#endif
                ) {
    __shared__ ClusterSums sums;
    __shared__ __align__(16) Affine affine;
    Rows mine(rows, C);
#if RESIDUAL
    mine.copy({{y, pitch}, {residual, pitch_residual}});
#else
    mine.copy({{y, pitch}});
#endif
    ShiftRows at(y, rows, pitch);
    int c = blockIdx.y * GROUP + threadIdx.x;
    bool of_channel = threadIdx.x < GROUP && c < C;
    float shift = 0, scale_before = 0, offset = 0; // loaded early: their latency overlaps the copies
    Running running;
    if (of_channel) {
        shift = at.shift(c);
        scale_before = gamma[c];
        offset = beta[c];
        running = {running_mean[c], running_variance[c]};
    }
    ThreadSums v = {};
    Floats shifts = {};
    if (mine.slots > 0) shifts = at.shifts(mine.channel);
    mine.each([&](int k) {
        Floats values = to_floats(piece(k, 0));
#pragma unroll
        for (int i = 0; i < WIDTH; i++) {
            float d = values.v[i] - shifts.v[i];
            v[i] += d;
            v[WIDTH + i] += d * d;
        }
    });
    sums.add_cluster(v);
    if (of_channel) {
        Statistics batch(sums.total[threadIdx.x], sums.total[GROUP + threadIdx.x], shift, (float) rows, epsilon);
        affine.put(threadIdx.x, scale_before, offset, batch.mean, batch.invstd);
        if (blockIdx.x == 0) {
            mean[c] = batch.mean;
            invstd[c] = batch.invstd;
            running.update(batch, rows, momentum, running_mean + c, running_variance + c);
        }
    }
    __syncthreads();
    if (mine.slots > 0) {
        Floats scale = part(affine.scale), move = part(affine.shift);
#pragma unroll 2
        for (int k = 0; k < mine.slots; k++) {
            Floats values = to_floats(piece(k, 0));
#pragma unroll
            for (int i = 0; i < WIDTH; i++) values.v[i] = activate(normalize(values.v[i], scale.v[i], move.v[i]));
#if RESIDUAL
            Floats x = to_floats(piece(k, 1));
#pragma unroll
            for (int i = 0; i < WIDTH; i++) values.v[i] = __fadd_rn(rounded(values.v[i]), x.v[i]); // never an fma
#endif
            store_floats(a + mine.at(k, pitch_a), values);
#if COPY
            if (mine.channel >= from && mine.channel < from + count) {
                store_floats(copy + mine.at(k, pitch_copy) - from, values);
            }
#endif
        }
    }
    cluster_wait();
}
