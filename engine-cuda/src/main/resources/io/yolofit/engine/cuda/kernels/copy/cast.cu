// cast.cu     y = x converted to another type; for bytes of images, y = x / 255
// shapes      rows of channels with a pitch each (elementwise.cuh, with the launch)
// types       from FROM_U8, FROM_F32, FROM_F16 or FROM_BF16 to TYPE_F32, TYPE_F16 or TYPE_BF16, round to nearest even
// traffic     read n elements of the one type, write n of the other
// reference   Interpreter.evaluate: Cast and Pixels
#include "elementwise.cuh"

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
    elementwise(Share(count, columns), y, y_pitch, [](From x) { return from_float(number(x)); },
            Operand<From>{x, x_pitch});
}
