// leaky_relu.cu   a = x where x > 0, else slope * x; dx = da where x > 0, else slope * da
// shapes      rows of channels with a pitch for each operand (elementwise_tiling.cuh); a may be in place of x, dx in
//             place of da or x
// types       T; arithmetic in float, rounded once
// launch      a thread has DEPTH vectorized 16-byte accesses, or DEPTH elements if alignment forbids them
// traffic     forward: read n, write n elements; gradient: read 2n, write n
// reference   ReferenceNormalization.leaky, leakyGradient
#include "elementwise_tiling.cuh"

KERNEL leaky_relu_forward(const T* x, T* a, u64 count, u32 columns, i64 x_pitch, i64 a_pitch, float slope) {
    Share share(count, columns);
    Piece<T, WIDTH> pieces[DEPTH];
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        pieces[i] = load<WIDTH>(x + share.at(i, x_pitch), share.valid(i));
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            float value = to_float(pieces[i].v[j]);
            pieces[i].v[j] = from_float(value > 0.0f ? value : slope * value);
        }
        store<WIDTH>(a + share.at(i, a_pitch), pieces[i], share.valid(i));
    }
}

KERNEL leaky_relu_gradient(const T* da, const T* x, T* dx, u64 count, u32 columns, i64 da_pitch, i64 x_pitch,
                           i64 dx_pitch, float slope) {
    Share share(count, columns);
    Piece<T, WIDTH> gradients[DEPTH];
    Piece<T, WIDTH> values[DEPTH];
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        gradients[i] = load<WIDTH>(da + share.at(i, da_pitch), share.valid(i));
        values[i] = load<WIDTH>(x + share.at(i, x_pitch), share.valid(i));
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            float gradient = to_float(gradients[i].v[j]);
            gradients[i].v[j] = from_float(to_float(values[i].v[j]) > 0.0f ? gradient : slope * gradient);
        }
        store<WIDTH>(dx + share.at(i, dx_pitch), gradients[i], share.valid(i));
    }
}
