// add.cu      add: y = a + b
//             slice_gradient: dx = existing + dy in channels [offset, offset + part), existing or 0 elsewhere
// shapes      rows of channels with a pitch each (elementwise.cuh, with the launch); y may be in place of a or b,
//             dx in place of existing
// types       T; sums in float, rounded once
// traffic     add: read 2n, write n elements; slice_gradient: read dy (+ existing), write dx
// reference   ReferenceCopy.add, sliceGradient
#include "elementwise.cuh"

DEVICE T sum(T a, T b) { return from_float(to_float(a) + to_float(b)); }

KERNEL add(const T* a, const T* b, T* y, u64 count, u32 columns, i64 a_pitch, i64 b_pitch, i64 y_pitch) {
    elementwise(Share(count, columns), y, y_pitch, sum, Operand<T>{a, a_pitch}, Operand<T>{b, b_pitch});
}

// existing is null if there is none. offset and part must be multiples of WIDTH.
KERNEL slice_gradient(const T* dy, const T* existing, T* dx, u64 count, u32 columns, i64 dy_pitch, i64 existing_pitch,
        i64 dx_pitch, u32 offset, u32 part) {
    Share share(count, columns);
    bool inside = share.column >= offset && share.column < offset + part;
    elementwise(share, dx, dx_pitch, sum, Operand<T>{existing, existing_pitch, existing != nullptr},
            Operand<T>{dy - offset, dy_pitch, inside});
}
