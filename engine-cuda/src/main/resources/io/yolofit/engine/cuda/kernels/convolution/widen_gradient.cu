// widen_gradient.cu   w = half (+ w): converts a weight gradient in half precision to fp32
//
// shapes      n elements, packed
// types       half in T, half precision; w in float
// launch      one thread per element
// traffic     read n elements of T, write (and read, if added) n floats
// reference   ReferenceConvolution.weightGradient
#include "types.cuh"

KERNEL widen(const T* half, float* w, i64 n, int add) {
    i64 i = (i64) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        float value = to_float(half[i]);
        w[i] = add ? w[i] + value : value;
    }
}
