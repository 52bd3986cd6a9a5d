// bn_cluster_gradient.cu  gradient of the batch norm of a small tensor in one launch: both kernels of bnact_gradient.cu
//
// shapes      y, a, da, dy: rows of C channels with a pitch each, m = rows; else f32[C]
// types       T of those; everything else, and all arithmetic, in float
// launch      clusters of CLUSTER blocks, grid (CLUSTER, channel groups), TX threads along the channels, TY along the
//             rows, 16-byte accesses of WIDTH elements; dynamic shared memory for da and y: TENSORS is 2;
//             defines OCCUPANCY, SILU, SLOPE, RECOMPUTE
// traffic     in tensors of y's size: read 2, write 1 (2 with RECOMPUTE)
// order       cluster.cuh
// reference   ReferenceNormalization
#include "normalization/cluster.cuh"

// dy may be in place of y or da, a in place of the other: a thread writes only rows that it has copied.
KERNEL __launch_bounds__(THREADS, OCCUPANCY) bn_cluster_gradient(const T* da, i64 pitch_da, const T* y, i64 pitch,
                T* dy, i64 pitch_dy, u32 rows, int C, const float* gamma, const float* beta, const float* mean,
                const float* invstd, float* dgamma, float* dbeta
#if RECOMPUTE
                , T* a, i64 pitch_a
#endif
                ) {
    __shared__ ClusterSums sums;
    __shared__ __align__(16) Affine affine;
    __shared__ __align__(16) Correction correction;
    __shared__ __align__(16) float means[GROUP];
    Rows mine(rows, C);
    mine.copy({{da, pitch_da}, {y, pitch}});
    int c = blockIdx.y * GROUP + threadIdx.x;
    bool of_channel = threadIdx.x < GROUP && c < C;
    float center = 0, deviation = 0;
    if (of_channel) {
        center = mean[c];
        deviation = invstd[c];
        affine.put(threadIdx.x, gamma[c], beta[c], center, deviation);
        means[threadIdx.x] = center;
    }
    __syncthreads();
    ThreadSums v = {};
    if (mine.slots > 0) {
        Floats scale = part(affine.scale), shift = part(affine.shift);
        mine.each([&](int k) {
            Floats d = to_floats(piece(k, 0)), values = to_floats(piece(k, 1));
            Floats centers = part(means); // loaded for each row, to save registers
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float dz = through_activation(d.v[i], normalize(values.v[i], scale.v[i], shift.v[i]));
                v[i] += dz;
                v[WIDTH + i] += dz * (values.v[i] - centers.v[i]);
            }
        });
    }
    sums.add_cluster(v);
    if (of_channel) {
        float by_beta = sums.total[threadIdx.x], by_gamma = sums.total[GROUP + threadIdx.x] * deviation;
        correction.put(threadIdx.x, affine.scale[threadIdx.x], center, deviation, by_gamma, by_beta, (float) rows);
        if (blockIdx.x == 0) {
            dbeta[c] = by_beta;
            dgamma[c] = by_gamma;
        }
    }
    __syncthreads();
    if (mine.slots > 0) {
        Floats scale = part(affine.scale), shift = part(affine.shift);
        Floats slope = part(correction.slope), offset = part(correction.offset);
        for (int k = 0; k < mine.slots; k++) {
            Floats d = to_floats(piece(k, 0)), values = to_floats(piece(k, 1));
#pragma unroll
            for (int i = 0; i < WIDTH; i++) {
                float z = normalize(values.v[i], scale.v[i], shift.v[i]);
                d.v[i] = gradient_of(d.v[i], values.v[i], z, scale.v[i], slope.v[i], offset.v[i]);
#if RECOMPUTE
                values.v[i] = activate(z);
#endif
            }
            store_floats(dy + mine.at(k, pitch_dy), d);
#if RECOMPUTE
            store_floats(a + mine.at(k, pitch_a), values);
#endif
        }
    }
    cluster_wait();
}
