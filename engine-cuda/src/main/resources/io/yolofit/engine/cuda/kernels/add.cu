// add.cu      add: y = a + b
//             slice_gradient: dx = existing + dy in channels [offset, offset + part), existing or 0 elsewhere
// shapes      rows of channels with a pitch for each operand (elementwise_tiling.cuh); y may be in place of a or b, dx
//             in place of existing
// types       T; sums in float, rounded once
// launch      a thread has DEPTH vectorized 16-byte accesses, or DEPTH elements if alignment forbids them
// traffic     add: read 2n, write n elements; slice_gradient: read dy (+ existing), write dx
// reference   ReferenceLayout.add, sliceGradient
#include "elementwise_tiling.cuh"

KERNEL add(const T* a, const T* b, T* y, u64 count, u32 columns, i64 a_pitch, i64 b_pitch, i64 y_pitch) {
    Share share(count, columns);
    Piece<T, WIDTH> left[DEPTH];
    Piece<T, WIDTH> right[DEPTH];
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        left[i] = load<WIDTH>(a + share.at(i, a_pitch), share.valid(i));
        right[i] = load<WIDTH>(b + share.at(i, b_pitch), share.valid(i));
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            left[i].v[j] = from_float(to_float(left[i].v[j]) + to_float(right[i].v[j]));
        }
        store<WIDTH>(y + share.at(i, y_pitch), left[i], share.valid(i));
    }
}

// existing is null if there is none. offset and part must be multiples of WIDTH.
KERNEL slice_gradient(const T* dy, const T* existing, T* dx, u64 count, u32 columns, i64 dy_pitch, i64 existing_pitch,
             i64 dx_pitch, u32 offset, u32 part) {
    Share share(count, columns);
    Piece<T, WIDTH> sum[DEPTH];
    Piece<T, WIDTH> added[DEPTH];
    bool inside = share.column >= offset && share.column < offset + part;
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        sum[i] = load<WIDTH>(existing + share.at(i, existing_pitch), existing == nullptr ? 0 : share.valid(i));
        added[i] = load<WIDTH>(dy + share.at(i, dy_pitch) - offset, inside ? share.valid(i) : 0);
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            sum[i].v[j] = from_float(to_float(sum[i].v[j]) + to_float(added[i].v[j]));
        }
        store<WIDTH>(dx + share.at(i, dx_pitch), sum[i], share.valid(i));
    }
}
