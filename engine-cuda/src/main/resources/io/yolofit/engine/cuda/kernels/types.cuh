// types.cuh   element types of kernels, and vectorized 16-byte accesses
//
// A kernel on activations is compiled for each type, with TYPE_F32, TYPE_F16 or TYPE_BF16 defined: T is the stored
// type, a 16-byte access has Vec::LANES elements, and arithmetic is in float. CUDA's headers are not used, because
// NVRTC does not find them on every machine: half-precision values are stored as bits and converted by PTX
// instructions.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define DEVICE static __device__ __forceinline__
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

DEVICE float bfloat_to_float(u16 x) {
    return __uint_as_float((u32) x << 16);
}

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

DEVICE u32 pack(u16 low, u16 high) {
    return (u32) low | (u32) high << 16;
}

#if defined(TYPE_F32)
typedef float T;
DEVICE float to_float(T x) { return x; }
DEVICE T from_float(float x) { return x; }
#elif defined(TYPE_F16)
typedef u16 T;
DEVICE float to_float(T x) { return half_to_float(x); }
DEVICE T from_float(float x) { return float_to_half(x); }
#elif defined(TYPE_BF16)
typedef u16 T;
DEVICE float to_float(T x) { return bfloat_to_float(x); }
DEVICE T from_float(float x) { return float_to_bfloat(x); }
#endif

#if defined(TYPE_F32) || defined(TYPE_F16) || defined(TYPE_BF16)
// Rounds to the stored type and converts back: the value that a later kernel would load.
DEVICE float rounded(float x) { return to_float(from_float(x)); }

// Elements of one 16-byte access, as floats.
struct Vec {
    static const int LANES = 16 / sizeof(T);
    float v[LANES];
};

DEVICE Vec unpack_vec(const uint4& raw) {
    u32 words[4] = {raw.x, raw.y, raw.z, raw.w};
    Vec out;
#pragma unroll
    for (int i = 0; i < 4; i++) {
#if defined(TYPE_F32)
        out.v[i] = __uint_as_float(words[i]);
#else
        out.v[2 * i] = to_float((u16) (words[i] & 0xffff));
        out.v[2 * i + 1] = to_float((u16) (words[i] >> 16));
#endif
    }
    return out;
}

// p is aligned to 16 bytes.
DEVICE Vec load_vec(const T* p) {
    return unpack_vec(*reinterpret_cast<const uint4*>(p));
}

DEVICE void store_vec(T* p, const Vec& in) {
    u32 words[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
#if defined(TYPE_F32)
        words[i] = __float_as_uint(in.v[i]);
#else
        words[i] = pack(from_float(in.v[2 * i]), from_float(in.v[2 * i + 1]));
#endif
    }
    *reinterpret_cast<uint4*>(p) = make_uint4(words[0], words[1], words[2], words[3]);
}
#endif

// Error of at most two units in the last place; saturates at 0 and 1.
DEVICE float sigmoid(float x) {
    return __fdividef(1.0f, 1.0f + __expf(-x));
}

// Sum over a warp, returned in all lanes; the order is the same in every run.
DEVICE float warp_sum(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset /= 2) {
        x += __shfl_xor_sync(0xffffffffu, x, offset);
    }
    return x;
}
