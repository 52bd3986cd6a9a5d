// types.cuh   element types of kernels
//
// A kernel on activations is compiled for each type, with TYPE_F32, TYPE_F16 or TYPE_BF16 defined: T is the stored
// type, and arithmetic is in float. T is float for kernels without activations. CUDA's headers are not used, because
// NVRTC does not find them on every machine: half-precision values are stored as bits and converted by PTX
// instructions.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define INLINE __device__ __forceinline__
#define DEVICE static INLINE
#define KERNEL extern "C" __global__ void
#define RESTRICT __restrict__

DEVICE float half_to_float(u16 x) {
    float y;
    asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x));
    return y;
}

DEVICE u16 float_to_half(float x) {
    u16 y;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x));
    return y;
}

DEVICE float bfloat_to_float(u16 x) { return __uint_as_float((u32) x << 16); }

// Round to nearest even; NaN stays NaN.
DEVICE u16 float_to_bfloat(float x) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    u16 y;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y) : "f"(x));
    return y;
#else
    u32 bits = __float_as_uint(x);
    return x != x ? (u16) 0x7fff : (u16) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
#endif
}

DEVICE u32 pack(u16 low, u16 high) { return (u32) low | (u32) high << 16; }

DEVICE float to_float(float x) { return x; }

#if defined(TYPE_F16)
typedef u16 T;
DEVICE float to_float(T x) { return half_to_float(x); }
DEVICE T from_float(float x) { return float_to_half(x); }
#elif defined(TYPE_BF16)
typedef u16 T;
DEVICE float to_float(T x) { return bfloat_to_float(x); }
DEVICE T from_float(float x) { return float_to_bfloat(x); }
#else
typedef float T;
DEVICE T from_float(float x) { return x; }
#endif

// Rounds to the stored type and converts back: the value that a later kernel would load.
DEVICE float rounded(float x) { return to_float(from_float(x)); }

// BIAS: 0 none, 1 float, 2 T.
#if BIAS == 2
typedef T Bias;
#else
typedef float Bias;
#endif

// Error of at most two units in the last place; saturates at 0 and 1. Four instructions: __expf and __fdividef add
// others, to scale subnormal and huge operands, which are lost in 1 + e and in the reciprocal anyway.
DEVICE float sigmoid(float x) {
    float e, s;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(e) : "f"(x * -1.4426950408889634f));
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(s) : "f"(1.0f + e));
    return s;
}
