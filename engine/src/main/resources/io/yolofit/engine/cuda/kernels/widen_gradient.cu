// widen_gradient.cu   w = half (+ w): a weight gradient that the convolution wrote in half precision, into its fp32
// place
//
// shapes      n elements, packed
// types       T half precision, w float
// launch      one thread an element         traffic 1 read of T, 1 write (and 1 read) of float
// reference   ReferenceConvolution.weightGradient
#include "types.cuh"

KERNEL widen(const T* half, float* w, i64 n, int add) {
    i64 i = (i64) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        float value = to_float(half[i]);
        w[i] = add ? w[i] + value : value;
    }
}
