// bn_moments.cu    batch statistics from sums of all ranks
//
//   formula     with r the running mean: d = sum (y - r) / m, mean = r + d, var = sum (y - r)^2 / m - d^2,
//               invstd = 1 / sqrt(var + eps); for m > 1 the running statistics are updated as by bnact_forward.cu
//
// shapes      sums f32[2 * C + 1]: both sums of each channel, then m; else f32[C]
// types       float; mean and variance of the sums in double
// launch      one thread per channel
// traffic     36 bytes per channel
// order       the same bits on all ranks, which have the same sums
// reference   ReferenceNormalization
#include "types.cuh"

KERNEL bn_moments(const float* sums, int C, float* mean, float* invstd, float* running_mean, float* running_variance,
        float epsilon, float momentum) {
    int c = blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= C) return;
    double m = sums[2 * C];
    double d = sums[c] / m;
    double variance = sums[C + c] / m - d * d;
    variance = variance < 0 ? 0 : variance;
    float before = running_mean[c];
    float average = (float) (before + d);
    mean[c] = average;
    invstd[c] = 1.0f / sqrtf((float) variance + epsilon);
    if (m > 1) {
        float unbiased = (float) (variance * m / (m - 1));
        running_mean[c] = (1.0f - momentum) * before + momentum * average;
        running_variance[c] = (1.0f - momentum) * running_variance[c] + momentum * unbiased;
    }
}
