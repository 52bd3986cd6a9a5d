// leaky_relu.cu   a = x where x > 0, else slope * x; dx = da where x > 0, else slope * da
// shapes      rows of channels with a pitch for each operand (elementwise.cuh); a may be in place of x, dx in
//             place of da or x
// types       T; arithmetic in float, rounded once
// launch      a thread has DEPTH vectorized 16-byte accesses, or DEPTH elements if alignment forbids them
// traffic     forward: read n, write n elements; gradient: read 2n, write n
// reference   ReferenceNormalization.leaky, leakyGradient
#include "elementwise.cuh"

KERNEL leaky_relu_forward(const T* x, T* a, u64 count, u32 columns, i64 x_pitch, i64 a_pitch, float slope) {
    elementwise(Share(count, columns), a, a_pitch, [slope](T in) {
        float x = to_float(in);
        return from_float(x > 0.0f ? x : slope * x);
    }, Operand<T>{x, x_pitch});
}

KERNEL leaky_relu_gradient(const T* da, const T* x, T* dx, u64 count, u32 columns, i64 da_pitch, i64 x_pitch,
        i64 dx_pitch, float slope) {
    elementwise(Share(count, columns), dx, dx_pitch, [slope](T in, T x) {
        float da = to_float(in);
        return from_float(to_float(x) > 0.0f ? da : slope * da);
    }, Operand<T>{da, da_pitch}, Operand<T>{x, x_pitch});
}
