// bn_cluster_forward.cu   batch norm of a small tensor in one launch: statistics and apply of bnact_forward.cu
//
// shapes      y, a, residual, copy: rows of C channels (copy: count) with a pitch each, m = rows; else f32[C]
// types       T of those; everything else, and all arithmetic, in float
// launch      clusters of CLUSTER blocks, grid (CLUSTER, channel groups), TX threads along the channels, TY along the
//             rows, 16-byte accesses of WIDTH elements; dynamic shared memory for y and the residual: TENSORS;
//             defines OCCUPANCY, SILU, SLOPE, RESIDUAL, COPY, STREAMED, KEPT
// traffic     in tensors of y's size: read 1, write 1, residual read 1 more, and the copy; streamed rows are read twice
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
    const Source sources[] = {{y, pitch}, {residual, pitch_residual}};
#else
    const Source sources[] = {{y, pitch}};
#endif
    mine.copy(sources);
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
    auto add = [&](const Piece& of_y) {
        Floats values = to_floats(of_y);
#pragma unroll
        for (int i = 0; i < WIDTH; i++) {
            float d = values.v[i] - shifts.v[i];
            v[i] += d;
            v[WIDTH + i] += d * d;
        }
    };
#if STREAMED
    mine.stream<true>(sources, [&](int, const Piece (&loaded)[TENSORS]) { add(loaded[0]); });
#endif
    mine.each([&](int k) { add(piece(k, 0)); });
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
        auto write = [&](int k, const Piece& of_y, const Piece& of_residual) {
            Floats values = to_floats(of_y);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) values.v[i] = activate(normalize(values.v[i], scale.v[i], move.v[i]));
#if RESIDUAL
            Floats x = to_floats(of_residual);
#pragma unroll
            for (int i = 0; i < WIDTH; i++) values.v[i] = __fadd_rn(rounded(values.v[i]), x.v[i]); // never an fma
#endif
            store_floats(a + mine.at(k, pitch_a), values);
#if COPY
            if (mine.channel >= from && mine.channel < from + count) {
                store_floats(copy + mine.at(k, pitch_copy) - from, values);
            }
#endif
        };
#if STREAMED
        mine.stream<false>(sources, [&](int k, const Piece (&loaded)[TENSORS]) {
            write(k, loaded[0], loaded[TENSORS - 1]);
        });
#endif
#pragma unroll 2
        for (int k = 0; k < mine.kept; k++) write(k, piece(k, 0), piece(k, TENSORS - 1));
    }
    cluster_wait();
}
