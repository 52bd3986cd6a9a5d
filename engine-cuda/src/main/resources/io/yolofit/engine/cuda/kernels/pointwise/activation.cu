// activation.cu   elementwise activations and their gradients
//
// formula     silu: a = x * s, dx = da * s * (1 + x * (1 - s)), with s = sigmoid(x)
//             leaky_relu: a = x where x > 0, else slope * x; dx = da where x > 0, else slope * da
// shapes      rows of channels with a pitch each (elementwise.cuh, with the launch); a may be in place of x, dx
//             in place of da or x
// types       T; arithmetic in float, rounded once
// traffic     forward: read n, write n elements; gradient: read 2n, write n
// reference   ReferencePointwise.silu, siluGradient, leaky, leakyGradient
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
