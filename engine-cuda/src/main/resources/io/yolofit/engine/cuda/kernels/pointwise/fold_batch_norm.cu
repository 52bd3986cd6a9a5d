// fold_batch_norm.cu     folds batch normalization into the preceding convolution
//
// formula     scale = gamma / sqrt(variance + epsilon); w' = w * scale, b' = beta - mean * scale
// shapes      w, w' [K, taps, columns] with a pitch each; all other operands [K]
// types       operands float; w', b' in T; arithmetic in float, rounded once
// launch      grid (K, ceil(taps / blockDim.y)); a block strides over the columns of its taps
// traffic     read 4 bytes, write an element of T for each weight; once per inference, never in a training step
// reference   ReferencePointwise.fold
#include "types.cuh"

KERNEL fold_batch_norm(const float* RESTRICT w, const float* RESTRICT gamma, const float* RESTRICT beta,
            const float* RESTRICT mean, const float* RESTRICT variance, T* RESTRICT weight, T* RESTRICT bias,
            float epsilon, u32 taps, u32 columns, i64 w_pitch, i64 weight_pitch) {
    u32 k = blockIdx.x;
    float scale = gamma[k] / sqrtf(variance[k] + epsilon);
    u32 tap = blockIdx.y * blockDim.y + threadIdx.y;
    if (tap < taps) {
        i64 row = (i64) k * taps + tap;
        for (u32 column = threadIdx.x; column < columns; column += blockDim.x) {
            weight[row * weight_pitch + column] = from_float(w[row * w_pitch + column] * scale);
        }
    }
    if (blockIdx.y == 0 && threadIdx.x == 0 && threadIdx.y == 0) {
        bias[k] = from_float(beta[k] - mean[k] * scale);
    }
}
