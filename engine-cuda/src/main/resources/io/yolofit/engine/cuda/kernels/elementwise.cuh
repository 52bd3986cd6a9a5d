// elementwise.cuh   elementwise kernels over tensors of rows of channels
//
// A tensor is `count` elements in rows of `columns`, with `pitch` elements from the start of one row to the start of
// the next. A thread has WIDTH neighboring columns of DEPTH rows, which are blockDim.y apart. WIDTH elements are a
// vectorized 16-byte access, or WIDTH is 1 if addresses or lengths forbid that. Packed tensors are split into rows of a
// block's width, whatever their channels; the last access may then be partial. A kernel loads all its elements before
// it stores one: the loads are in flight together, and an output may be in place of an operand.
//
// launch      grid (ceil(rows / (DEPTH * blockDim.y)), ceil(columns / (WIDTH * blockDim.x))): ElementwiseTiling.java
#pragma once
#include "vector.cuh"

// The part of a tensor that a thread has.
struct Share {
    u64 row;
    u32 column;
    u64 count;
    u32 columns;

    INLINE Share(u64 count, u32 columns)
        : row((u64) blockIdx.x * DEPTH * blockDim.y + threadIdx.y),
          column((blockIdx.y * blockDim.x + threadIdx.x) * WIDTH), count(count), columns(columns) {}

    // Index of the first element of the i-th access.
    INLINE u64 index(int i) const { return (row + i * blockDim.y) * columns + column; }

    // Elements of the i-th access: WIDTH, fewer at the end of a packed tensor, 0 outside.
    INLINE int valid(int i) const {
        i64 left = (i64) (count - index(i));
        return column >= columns || left <= 0 ? 0 : left < WIDTH ? (int) left : WIDTH;
    }

    // Offset of the i-th access in an operand.
    INLINE u64 at(int i, i64 pitch) const { return (row + i * blockDim.y) * pitch + column; }
};

// A tensor that is read; if it is absent, its elements are 0.
template <class E>
struct Operand {
    const E* p;
    i64 pitch;
    bool present = true;
    Vec<E, WIDTH> loaded[DEPTH];

    INLINE void load(const Share& share, int i) {
        loaded[i] = ::load<WIDTH>(p + share.at(i, pitch), present ? share.valid(i) : 0);
    }
};

// y = f(operands...) of every element.
template <class R, class F, class... Operands>
DEVICE void elementwise(const Share& share, R* y, i64 y_pitch, F f, Operands... operands) {
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        (operands.load(share, i), ...);
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        Vec<R, WIDTH> results;
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            results.v[j] = f(operands.loaded[i].v[j]...);
        }
        store(y + share.at(i, y_pitch), results, share.valid(i));
    }
}
