// first_conv.cuh    shared by the kernels of a first convolution: tiles of pixels and the lines of the image under them
//
// A tile is ROWS x COLUMNS pixels of y in one image. The lines of x in its windows are copied to shared memory in the
// layout of x, with the channels of neighboring pixels contiguous: one line of a window is SIDE * CHANNELS contiguous
// elements. A reduction over the window runs over its lines, each padded to SEGMENT elements, so that pairs of elements
// start at even elements if STRIDE * CHANNELS is even. Padding elements have zero weights, or their sums are not read.
//
// Compile-time constants of FirstConvKernels: CHANNELS (of x), OUTPUTS (of y, a multiple of 8), SIDE, STRIDE,
// PADDING < SIDE, ROWS, COLUMNS (a multiple of 16); VECTOR=1 if lines of x start and end at multiples of 16 bytes;
// EXTRA elements before a window, for an even start; SEGMENT; FRAGMENTS of 16 elements in a window.
#pragma once
#include "convolution/tile.cuh"

static const int WARPS = THREADS / 32;
static const int STEP = STRIDE * CHANNELS; // elements from one window to the next
static const bool PAIRED = STEP % 2 == 0;
static const int LEAD = PADDING * CHANNELS + EXTRA;
static const int LEFT = (LEAD + LANES - 1) / LANES * LANES; // elements before those of the tile's first column
static const int LINES = (ROWS - 1) * STRIDE + SIDE;
static const int LINE = (LEFT - LEAD + (COLUMNS - 1) * STEP + SEGMENT + LANES - 1) / LANES * LANES;
static const int TILE_STEPS = COLUMNS / 16; // in a row

DEVICE int tiles_of(const Images& images) {
    return images.count * Tile::down(images.out_height) * Tile::across(images.out_width);
}

// Offset of a pair of neighbors from the window's first element, by the index of the pair; 0 after the window's end.
DEVICE int window_offset(int pair) {
    int line = 2 * pair / SEGMENT;
    return line < SIDE ? line * LINE + 2 * pair % SEGMENT : 0;
}

// Offset of the first element of the window of a pixel of the tile.
DEVICE int window_start(int row, int column) { return row * STRIDE * LINE + LEFT - LEAD + column * STEP; }

DEVICE u32 load_elements(const T* p) { return PAIRED ? load_pair(p) : pack(p[0], p[1]); }

// Copies a tile's lines to shared memory, with zeros around the image; asynchronously if VECTOR.
DEVICE void load_lines(T* lines, const T* RESTRICT x, const Images& images, const Tile& tile) {
    const int width = VECTOR ? LANES : 1;
    const int pieces = LINE / width;
    int length = images.width * CHANNELS;
    int top = tile.row * STRIDE - PADDING;
    int left = tile.column * STEP - LEFT;
    for (int i = threadIdx.x; i < LINES * pieces; i += THREADS) {
        int line = i / pieces;
        int place = i % pieces * width;
        bool inside = (u32) (top + line) < (u32) images.height && (u32) (left + place) < (u32) length;
        const T* from = inside ? x + ((i64) tile.image * images.height + top + line) * length + left + place : x;
        if constexpr (VECTOR) {
            copy_async(lines + line * LINE + place, from, inside);
        } else {
            lines[line * LINE + place] = inside ? *from : (T) 0;
        }
    }
}
