// vector.cuh  vectorized accesses: neighboring elements in their memory format, or as floats
#pragma once
#include "types.cuh"

static const int LANES = 16 / sizeof(T); // elements of a 16-byte access

// W neighboring elements, loaded and stored in accesses of up to 16 bytes. Prefetched data in memory format uses fewer
// registers than as floats.
template <class E, int W>
struct alignas(W * sizeof(E) < 16 ? W * sizeof(E) : 16) Vec {
    E v[W];
};

template <class E, int W>
DEVICE void operator+=(Vec<float, W>& sum, const Vec<E, W>& more) {
#pragma unroll
    for (int j = 0; j < W; j++) {
        sum.v[j] += to_float(more.v[j]);
    }
}

template <int W, class E>
DEVICE Vec<E, W> load(const E* p) { return *reinterpret_cast<const Vec<E, W>*>(p); }

template <int W, class E>
DEVICE void store(E* p, const Vec<E, W>& vec) { *reinterpret_cast<Vec<E, W>*>(p) = vec; }

// The first `valid` elements only.
template <int W, class E>
DEVICE Vec<E, W> load(const E* p, int valid) {
    if (valid == W) {
        return load<W>(p);
    }
    Vec<E, W> vec = {};
#pragma unroll
    for (int j = 0; j < W; j++) {
        if (j < valid) {
            vec.v[j] = p[j];
        }
    }
    return vec;
}

template <int W, class E>
DEVICE void store(E* p, const Vec<E, W>& vec, int valid) {
    if (valid == W) {
        store(p, vec);
        return;
    }
#pragma unroll
    for (int j = 0; j < W; j++) {
        if (j < valid) {
            p[j] = vec.v[j];
        }
    }
}

// Half-precision elements are converted in pairs, which needs fewer instructions than one by one.
template <int W>
DEVICE Vec<float, W> to_floats(const Vec<T, W>& vec) {
    Vec<float, W> out;
    if constexpr (sizeof(T) == 2 && W % 2 == 0) {
        const u32* pairs = reinterpret_cast<const u32*>(vec.v);
#pragma unroll
        for (int i = 0; i < W / 2; i++) {
            out.v[2 * i] = to_float((T) (pairs[i] & 0xffff));
            out.v[2 * i + 1] = to_float((T) (pairs[i] >> 16));
        }
    } else {
#pragma unroll
        for (int j = 0; j < W; j++) {
            out.v[j] = to_float(vec.v[j]);
        }
    }
    return out;
}

template <int W>
DEVICE Vec<T, W> from_floats(const Vec<float, W>& vec) {
    Vec<T, W> out;
    if constexpr (sizeof(T) == 2 && W % 2 == 0) {
#pragma unroll
        for (int j = 0; j < W; j += 2) {
            reinterpret_cast<u32*>(out.v)[j / 2] = pack(from_float(vec.v[j]), from_float(vec.v[j + 1]));
        }
    } else {
#pragma unroll
        for (int j = 0; j < W; j++) {
            out.v[j] = from_float(vec.v[j]);
        }
    }
    return out;
}

template <int W>
DEVICE Vec<float, W> load_floats(const T* p) { return to_floats(load<W>(p)); }

template <int W>
DEVICE void store_floats(T* p, const Vec<float, W>& vec) { store(p, from_floats(vec)); }

// The gradient that another one is added to; existing is null if there is none.
template <int W>
DEVICE Vec<T, W> load_existing(const T* existing, i64 at) {
    return load<W>(existing + at, existing == nullptr ? 0 : W);
}
