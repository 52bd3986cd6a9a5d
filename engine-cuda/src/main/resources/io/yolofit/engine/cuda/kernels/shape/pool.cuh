// pool.cuh    shared by max and average pools; window SIDE x SIDE, STRIDE and PADDING are compile-time constants
#pragma once
#include "vector.cuh"

// The windows along one axis that overlap the pixels [begin, end); none if last < first.
struct Windows {
    int first, last;

    INLINE Windows(int begin, int end, int windows) {
        int lowest = begin + PADDING - SIDE + 1;
        first = lowest <= 0 ? 0 : (lowest + STRIDE - 1) / STRIDE;
        last = min((end - 1 + PADDING) / STRIDE, windows - 1);
    }

    INLINE int count() const { return max(last - first + 1, 0); }
};
