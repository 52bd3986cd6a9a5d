// first_conv.cuh    what the kernels of a first convolution share: tiles of pixels and the lines of the image under
// them
//
// A tile is ROWS x COLUMNS pixels of y in one image. The lines of x that its windows touch are kept in shared memory as
// they lie in x, the channels of neighboring pixels side by side: the part of a window in one line is SIDE * CHANNELS
// neighbors. A reduction over the window runs over its lines, each widened to SEGMENT elements so that pairs of them
// begin at an even element wherever STRIDE * CHANNELS is even: a zero weight, or a sum that nobody reads, stands for
// the elements around a window.
//
// The compiler knows CHANNELS (of x), OUTPUTS (of y, a multiple of 8), SIDE, STRIDE, PADDING < SIDE, ROWS, COLUMNS (a
// multiple of 16), and with VECTOR=1 that lines of x begin and end at multiples of 16 bytes.
#pragma once
#include "mma.cuh"

static const int THREADS = 256;
static const int WARPS = THREADS / 32;
static const int LANES = 8; // elements of 16 bytes
static const int STEP = STRIDE * CHANNELS; // elements from a window to the next one
static const bool PAIRED = STEP % 2 == 0;
static const int EXTRA = PAIRED ? PADDING * CHANNELS % 2 : 0; // elements before a window, so that it begins even
static const int LEAD = PADDING * CHANNELS + EXTRA;
static const int SEGMENT = (EXTRA + SIDE * CHANNELS + 1) / 2 * 2;
static const int DEPTH = (SIDE * SEGMENT + 15) / 16; // tiles of 16 elements in a window
static const int LEFT = (LEAD + LANES - 1) / LANES * LANES; // elements before those of the tile's first column
static const int LINES = (ROWS - 1) * STRIDE + SIDE;
static const int LINE = (LEFT - LEAD + (COLUMNS - 1) * STEP + SEGMENT + LANES - 1) / LANES * LANES;
static const int TILE_STEPS = COLUMNS / 16; // in a row

struct Shape {
    int images, height, width, out_height, out_width;

    __device__ __forceinline__ int tiles() const {
        return images * down() * across();
    }

    __device__ __forceinline__ int down() const {
        return (out_height + ROWS - 1) / ROWS;
    }

    __device__ __forceinline__ int across() const {
        return (out_width + COLUMNS - 1) / COLUMNS;
    }
};

struct Tile {
    int image, row, column; // of its first pixel

    __device__ __forceinline__ Tile(const Shape& shape, int index) {
        column = index % shape.across() * COLUMNS;
        index /= shape.across();
        row = index % shape.down() * ROWS;
        image = index / shape.down();
    }
};

// Where the pair of neighbors with this number in a window lies, from the window's first element; pairs behind the
// window's end lie anywhere in it.
DEVICE int window_offset(int pair) {
    int line = 2 * pair / SEGMENT;
    return line < SIDE ? line * LINE + 2 * pair % SEGMENT : 0;
}

// First element of a window, of a pixel of the tile.
DEVICE int window_start(int row, int column) {
    return row * STRIDE * LINE + LEFT - LEAD + column * STEP;
}

DEVICE u32 load_pair(const T* p) {
    return PAIRED ? *reinterpret_cast<const u32*>(p) : pack(p[0], p[1]);
}

// Brings a tile's lines to shared memory, zeros around the image: with VECTOR asynchronously.
DEVICE void load_lines(T* lines, const T* RESTRICT x, const Shape& shape, const Tile& tile) {
    const int width = VECTOR ? LANES : 1;
    const int pieces = LINE / width;
    int length = shape.width * CHANNELS;
    int top = tile.row * STRIDE - PADDING;
    int left = tile.column * STEP - LEFT;
    for (int i = threadIdx.x; i < LINES * pieces; i += THREADS) {
        int line = i / pieces;
        int place = i % pieces * width;
        bool inside = (u32) (top + line) < (u32) shape.height && (u32) (left + place) < (u32) length;
        const T* from = inside ? x + ((i64) tile.image * shape.height + top + line) * length + left + place : x;
#if VECTOR
        copy_async(lines + line * LINE + place, from, inside);
#else
        lines[line * LINE + place] = inside ? *from : (T) 0;
#endif
    }
}
