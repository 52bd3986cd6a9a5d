// copy.cu     y = x, bit-identical
// shapes      rows of channels with a pitch for each operand (elementwise_tiling.cuh)
// types       elements of BYTES 1, 2 or 4
// launch      a thread has DEPTH vectorized 16-byte accesses, or DEPTH elements if alignment forbids them
// traffic     read n, write n elements
// reference   ReferenceLayout.concat, slice, pack
#include "elementwise_tiling.cuh"

#if BYTES == 1
typedef u8 Element;
#elif BYTES == 2
typedef u16 Element;
#elif BYTES == 4
typedef u32 Element;
#endif

KERNEL copy(const Element* x, Element* y, u64 count, u32 columns, i64 x_pitch, i64 y_pitch) {
    Share share(count, columns);
    Piece<Element, WIDTH> pieces[DEPTH];
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        pieces[i] = load<WIDTH>(x + share.at(i, x_pitch), share.valid(i));
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        store<WIDTH>(y + share.at(i, y_pitch), pieces[i], share.valid(i));
    }
}
