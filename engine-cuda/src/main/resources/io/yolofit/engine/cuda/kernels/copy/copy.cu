// copy.cu     y = x, bit-identical
// shapes      rows of channels with a pitch each (elementwise.cuh, with the launch)
// types       ELEMENT: u8, u16 or u32
// traffic     read n, write n elements
// reference   ReferenceCopy.concat, slice, pack
#include "elementwise.cuh"

KERNEL copy(const ELEMENT* x, ELEMENT* y, u64 count, u32 columns, i64 x_pitch, i64 y_pitch) {
    elementwise(Share(count, columns), y, y_pitch, [](ELEMENT x) { return x; }, Operand<ELEMENT>{x, x_pitch});
}
