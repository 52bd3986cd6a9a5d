// pool.cuh    shared by max and average pools; window SIDE x SIDE, STRIDE and PADDING are compile-time constants
#pragma once
#include "vector.cuh"

// Most windows along one axis that have a pixel. A thread loads from all of a row before it uses one, up to this many.
static const int WINDOWS = (SIDE + STRIDE - 1) / STRIDE;
static const int ROWS_AT_ONCE = WINDOWS <= 2 ? WINDOWS : 1;
static const int COLUMNS_AT_ONCE = WINDOWS <= 5 ? WINDOWS : 1;

// The windows along one axis that overlap the pixels [begin, end); none if last < first.
struct Windows {
    int first, last;

    INLINE Windows(int begin, int end, int windows) {
        int lowest = begin + PADDING - SIDE + 1;
        first = lowest <= 0 ? 0 : (lowest + STRIDE - 1) / STRIDE;
        last = min((end - 1 + PADDING) / STRIDE, windows - 1);
    }

    INLINE int count() const { return max(last - first + 1, 0); }

    INLINE bool has(int window) const { return window <= last; }
};
