// elementwise_tiling.cuh   tiling of elementwise kernels over tensors of rows of channels
//
// A tensor is `count` elements in rows of `columns`, with `pitch` elements from the start of one row to the start of
// the next. A thread has WIDTH neighboring columns of DEPTH rows, which are blockDim.y apart. WIDTH elements are a
// vectorized 16-byte access, or WIDTH is 1 if addresses or lengths forbid that. Packed tensors are split into rows of a
// block's width, whatever their channels; the last access may then be partial. A kernel loads all its pieces before it
// stores one: the loads are in flight together, and an output may be in place of an operand.
//
// launch      grid (ceil(rows / (DEPTH * blockDim.y)), ceil(columns / (WIDTH * blockDim.x))): ElementwiseTiling.java
#pragma once
#include "types.cuh"

static const int DEPTH = 2;

DEVICE constexpr int piece_alignment(int bytes) {
    return bytes < 16 ? bytes : 16;
}

// W neighboring elements, loaded and stored in accesses of up to 16 bytes.
template <class E, int W>
struct alignas(piece_alignment(W * sizeof(E))) Piece {
    E v[W];
};

template <int W, class E>
DEVICE Piece<E, W> load(const E* p) {
    return *reinterpret_cast<const Piece<E, W>*>(p);
}

template <int W, class E>
DEVICE void store(E* p, const Piece<E, W>& piece) {
    *reinterpret_cast<Piece<E, W>*>(p) = piece;
}

// The first `valid` elements only.
template <int W, class E>
DEVICE Piece<E, W> load(const E* p, int valid) {
    if (valid == W) {
        return load<W>(p);
    }
    Piece<E, W> piece = {};
#pragma unroll
    for (int j = 0; j < W; j++) {
        if (j < valid) {
            piece.v[j] = p[j];
        }
    }
    return piece;
}

template <int W, class E>
DEVICE void store(E* p, const Piece<E, W>& piece, int valid) {
    if (valid == W) {
        store<W>(p, piece);
        return;
    }
#pragma unroll
    for (int j = 0; j < W; j++) {
        if (j < valid) {
            p[j] = piece.v[j];
        }
    }
}

struct Share {
    u64 row;
    u32 column;
    u64 count;
    u32 columns;

    __device__ __forceinline__ Share(u64 count, u32 columns)
        : row((u64) blockIdx.x * DEPTH * blockDim.y + threadIdx.y),
          column((blockIdx.y * blockDim.x + threadIdx.x) * WIDTH), count(count), columns(columns) {}

    // Index of the first element of the i-th piece.
    __device__ __forceinline__ u64 index(int i) const {
        return (row + i * blockDim.y) * columns + column;
    }

    // Elements of the i-th piece: WIDTH, fewer at the end of a packed tensor, 0 outside.
    __device__ __forceinline__ int valid(int i) const {
        i64 left = (i64) (count - index(i));
        return column >= columns || left <= 0 ? 0 : left < WIDTH ? (int) left : WIDTH;
    }

    // Offset of the i-th piece in an operand.
    __device__ __forceinline__ u64 at(int i, i64 pitch) const {
        return (row + i * blockDim.y) * pitch + column;
    }
};
