// silu.cu     a = x * s, dx = da * s * (1 + x * (1 - s)), with s = sigmoid(x)
// shapes      rows of channels with a pitch for each operand (elementwise.cuh); a may be in place of x, dx in
//             place of da or x
// types       T; arithmetic in float, rounded once
// launch      a thread has DEPTH vectorized 16-byte accesses, or DEPTH elements if alignment forbids them
// traffic     forward: read n, write n elements; gradient: read 2n, write n
// reference   ReferenceNormalization.silu, siluGradient
#include "elementwise.cuh"

KERNEL silu_forward(const T* x, T* a, u64 count, u32 columns, i64 x_pitch, i64 a_pitch) {
    elementwise(Share(count, columns), a, a_pitch, [](T in) {
        float x = to_float(in);
        return from_float(x * sigmoid(x));
    }, Operand<T>{x, x_pitch});
}

KERNEL silu_gradient(const T* da, const T* x, T* dx, u64 count, u32 columns, i64 da_pitch, i64 x_pitch, i64 dx_pitch) {
    elementwise(Share(count, columns), dx, dx_pitch, [](T da, T in) {
        float x = to_float(in);
        float s = sigmoid(x);
        return from_float(to_float(da) * s * (1.0f + x * (1.0f - s)));
    }, Operand<T>{da, da_pitch}, Operand<T>{x, x_pitch});
}
