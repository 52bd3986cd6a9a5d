// cast.cu     y = x converted to another type; for bytes of images, y = x / 255
// shapes      rows of channels with a pitch for each operand (elementwise_tiling.cuh)
// types       from FROM_U8, FROM_F32, FROM_F16 or FROM_BF16 to TYPE_F32, TYPE_F16 or TYPE_BF16, round to nearest even
// launch      a thread has DEPTH accesses of 8 elements, or DEPTH elements if alignment forbids them
// traffic     read n elements of the one type, write n of the other
// reference   Interpreter.evaluate: Cast and Pixels
#include "elementwise_tiling.cuh"

#if defined(FROM_U8)
typedef u8 From;
// The quotient rounded to nearest without a division: a product with the reciprocal and one residual correction.
DEVICE float number(From x) {
    const float reciprocal = 1.0f / 255.0f;
    float quotient = x * reciprocal;
    return __fmaf_rn(__fmaf_rn(-quotient, 255.0f, x), reciprocal, quotient);
}
#elif defined(FROM_F32)
typedef float From;
DEVICE float number(From x) { return x; }
#elif defined(FROM_F16)
typedef u16 From;
DEVICE float number(From x) { return half_to_float(x); }
#elif defined(FROM_BF16)
typedef u16 From;
DEVICE float number(From x) { return bfloat_to_float(x); }
#endif

KERNEL cast(const From* x, T* y, u64 count, u32 columns, i64 x_pitch, i64 y_pitch) {
    Share share(count, columns);
    Piece<From, WIDTH> pieces[DEPTH];
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        pieces[i] = load<WIDTH>(x + share.at(i, x_pitch), share.valid(i));
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        Piece<T, WIDTH> results;
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            results.v[j] = from_float(number(pieces[i].v[j]));
        }
        store<WIDTH>(y + share.at(i, y_pitch), results, share.valid(i));
    }
}
