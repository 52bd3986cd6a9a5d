// depthwise.cuh   shared by the kernels of depthwise convolutions: every channel is convolved alone
//
// A thread has WIDTH neighboring channels of a strip of COLUMNS neighboring pixels of one line. Blocks are PIECES
// threads along the channels by BLOCK_STRIPS along the strips, so that neighboring threads read neighboring channels.
// Tensors are packed, [n,height,width,channels]; weights are [channels,SIDE,SIDE] at any address.
#pragma once
#include "elementwise_tiling.cuh"

static const int TAPS = SIDE * SIDE;

struct Images {
    int height, width, out_height, out_width; // of x and of y
};

// The strip of a thread in a tile of BLOCK_STRIPS / strips lines by `strips` strips. grid.x counts tiles, grid.y blocks
// of channels.
struct Strip {
    int image, row, column;

    __device__ __forceinline__ Strip(int height, int width, int strips) {
        int rows = BLOCK_STRIPS / strips;
        int across = (width + strips * COLUMNS - 1) / (strips * COLUMNS);
        int down = (height + rows - 1) / rows;
        int tile = blockIdx.x;
        column = (tile % across * strips + threadIdx.y % strips) * COLUMNS;
        row = tile / across % down * rows + threadIdx.y / strips;
        image = tile / across / down;
    }
};

DEVICE void load_floats(float (&to)[WIDTH], const T* from) {
    Piece<T, WIDTH> piece = load<WIDTH>(from);
#pragma unroll
    for (int c = 0; c < WIDTH; c++) {
        to[c] = to_float(piece.v[c]);
    }
}

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

DEVICE void load_tap(float (&to)[WIDTH], const float* weights, int tap) {
    Piece<float, WIDTH> piece = load<WIDTH>(weights + (tap * PIECES + threadIdx.x) * WIDTH);
#pragma unroll
    for (int c = 0; c < WIDTH; c++) {
        to[c] = piece.v[c];
    }
}
