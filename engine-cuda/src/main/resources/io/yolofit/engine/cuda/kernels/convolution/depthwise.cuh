// depthwise.cuh   shared by the kernels of depthwise convolutions: every channel is convolved alone
//
// A thread has WIDTH neighboring channels of a strip of COLUMNS neighboring pixels of one line. Blocks are PIECES
// threads along the channels by BLOCK_STRIPS along the strips, so that neighboring threads read neighboring channels.
// Tensors are packed, [n,height,width,channels]; weights are [channels,SIDE,SIDE] at any address.
#pragma once
#include "vector.cuh"

static const int TAPS = SIDE * SIDE;
static const int SPAN = (COLUMNS - 1) * STRIDE + SIDE; // columns of x that a strip of y reads

struct Images {
    int height, width, out_height, out_width; // of x and of y
};

// The strip of a thread in a tile of BLOCK_STRIPS / strips lines by `strips` strips. grid.x counts tiles, grid.y blocks
// of channels.
struct Strip {
    int image, row, column;

    INLINE Strip(int height, int width, int strips) {
        int rows = BLOCK_STRIPS / strips;
        int across = (width + strips * COLUMNS - 1) / (strips * COLUMNS);
        int down = (height + rows - 1) / rows;
        int tile = blockIdx.x;
        column = (tile % across * strips + threadIdx.y % strips) * COLUMNS;
        row = tile / across % down * rows + threadIdx.y / strips;
        image = tile / across / down;
    }
};

// The weights of a block's channels, as floats, [TAPS][PIECES * WIDTH].
DEVICE void load_weights(float* to, const T* RESTRICT w, int channels) {
    int first = blockIdx.y * PIECES * WIDTH;
    for (int i = threadIdx.y * PIECES + threadIdx.x; i < TAPS * PIECES * WIDTH; i += PIECES * BLOCK_STRIPS) {
        int channel = i / TAPS;
        float value = first + channel < channels ? to_float(w[(i64) (first + channel) * TAPS + i % TAPS]) : 0.0f;
        to[i % TAPS * PIECES * WIDTH + channel] = value;
    }
    __syncthreads();
}

DEVICE Vec<float, WIDTH> load_tap(const float* weights, int tap) {
    return load<WIDTH>(weights + (tap * PIECES + threadIdx.x) * WIDTH);
}

// sum += a * b, by channels.
DEVICE void add_product(Vec<float, WIDTH>& sum, const Vec<float, WIDTH>& a, const Vec<float, WIDTH>& b) {
#pragma unroll
    for (int c = 0; c < WIDTH; c++) {
        sum.v[c] += a.v[c] * b.v[c];
    }
}
