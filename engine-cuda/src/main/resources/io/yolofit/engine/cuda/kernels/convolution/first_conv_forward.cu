// first_conv_forward.cu   first convolution of a model
//
// formula     y[n,p,q,k] = sum over r,s,c of w[k,r,s,c] * x[n,p*stride-padding+r,q*stride-padding+s,c] (+ b[k])
// shapes      x [n,height,width,CHANNELS], w [OUTPUTS,SIDE,SIDE,CHANNELS], b [OUTPUTS], y [n,out_height,out_width,
//             OUTPUTS], packed; few channels and a small window (first_conv.cuh). x and w at any address, y aligned to
//             16 bytes
// types       T: f16, bf16; b none with BIAS=0, float with 1, T with 2; sums in float, rounded once
// launch      persistent blocks of 256 threads stride over the tiles, with double buffering; a warp computes 16 pixels
//             of a row at a time
// mma         pixels x window elements x channels. Channels are permuted over the columns of fragments, so that a lane
//             has neighboring channels for wide stores: column 2t + b of tile j in a group of G tiles is channel
//             2Gt + 2j + b
// traffic     read x once and the halos of tiles twice, write y
// reference   ReferenceConvolution.forward
#include "convolution/first_conv.cuh"

static const int TILES = OUTPUTS / 8;
static const int FULL = TILES / 4 * 4; // tiles in groups of four
static const bool KEEP = FRAGMENTS * TILES <= 24; // whether the weights fit in registers

DEVICE int group_size(int tile) { return tile < FULL ? 4 : tile < TILES / 2 * 2 ? 2 : 1; }

DEVICE int group_start(int tile) { return tile < FULL ? tile / 4 * 4 : tile < TILES / 2 * 2 ? FULL : TILES - 1; }

// A weight by its index in the padded window.
DEVICE T weight_at(const T* RESTRICT w, int channel, int place) {
    int line = place / SEGMENT;
    int element = place % SEGMENT - EXTRA;
    return line < SIDE && element >= 0 && element < SIDE * CHANNELS
            ? w[(channel * SIDE + line) * SIDE * CHANNELS + element] : (T) 0;
}

// Weights in the order of fragments: [FRAGMENTS,TILES,lane].
DEVICE void load_weights(uint2* weights, const T* RESTRICT w) {
    for (int i = threadIdx.x; i < FRAGMENTS * TILES * 32; i += THREADS) {
        int tile = i / 32 % TILES;
        int column = i % 32 / 4;
        int size = group_size(tile);
        int start = group_start(tile);
        int channel = start * 8 + column / 2 * 2 * size + (tile - start) * 2 + column % 2;
        int place = i / 32 / TILES * 16 + i % 4 * 2;
        weights[i] = make_uint2(pack(weight_at(w, channel, place), weight_at(w, channel, place + 1)),
                pack(weight_at(w, channel, place + 8), weight_at(w, channel, place + 9)));
    }
}

template <int SIZE>
DEVICE void store_channels(T* y, const float (&sum)[SIZE][4], int half) {
    Vec<u32, SIZE> words;
#pragma unroll
    for (int j = 0; j < SIZE; j++) {
        words.v[j] = rounded_pair(sum[j][half * 2], sum[j][half * 2 + 1]);
    }
    store(reinterpret_cast<u32*>(y), words);
}

// A group of SIZE tiles of channels of 16 pixels. y is the address of pixel g; first and second: whether the pixels g
// and g + 8 exist.
template <int SIZE>
DEVICE void channels(T* y, const u32 (&a)[FRAGMENTS][4], const uint2* kept, const uint2* weights, const float* biases,
        int start, bool first, bool second) {
    int lane = threadIdx.x % 32;
    int channel = start * 8 + fragment_pair(lane) * SIZE;
    float sum[SIZE][4];
#pragma unroll
    for (int j = 0; j < SIZE; j++) {
        sum[j][0] = sum[j][2] = BIAS ? biases[channel + 2 * j] : 0.0f;
        sum[j][1] = sum[j][3] = BIAS ? biases[channel + 2 * j + 1] : 0.0f;
    }
#pragma unroll
    for (int d = 0; d < FRAGMENTS; d++) {
#pragma unroll
        for (int j = 0; j < SIZE; j++) {
            int tile = d * TILES + start + j;
            uint2 b = KEEP ? kept[tile] : weights[tile * 32 + lane];
            mma(sum[j], a[d], b.x, b.y);
        }
    }
    if (first) {
        store_channels(y + channel, sum, 0);
    }
    if (second) {
        store_channels(y + 8 * OUTPUTS + channel, sum, 1);
    }
}

KERNEL __launch_bounds__(THREADS, OCCUPANCY) first_conv_forward(const T* RESTRICT x, const T* RESTRICT w,
        const Bias* RESTRICT b, T* RESTRICT y, int count, int height, int width, int out_height, int out_width) {
    __shared__ uint4 staged[2][LINES * LINE / LANES];
    __shared__ uint2 weights[FRAGMENTS * TILES * 32];
    __shared__ float biases[OUTPUTS];
    Images images = {count, height, width, out_height, out_width};
    int tiles = tiles_of(images);
    int lane = threadIdx.x % 32;
    load_lines(reinterpret_cast<T*>(staged[0]), x, images, Tile(out_height, out_width, blockIdx.x));
    commit();
    load_weights(weights, w);
    if (BIAS && threadIdx.x < OUTPUTS) {
        biases[threadIdx.x] = to_float(b[threadIdx.x]);
    }
    __syncthreads();
    uint2 kept[KEEP ? FRAGMENTS * TILES : 1];
#pragma unroll
    for (int i = 0; i < (KEEP ? FRAGMENTS * TILES : 1); i++) {
        kept[i] = weights[i * 32 + lane];
    }
    int offsets[FRAGMENTS * 2];
#pragma unroll
    for (int i = 0; i < FRAGMENTS * 2; i++) {
        offsets[i] = window_offset(i * 4 + lane % 4);
    }
    int buffer = 0;
#pragma unroll 1
    for (int index = blockIdx.x; index < tiles; index += gridDim.x, buffer ^= 1) {
        wait<0>();
        __syncthreads(); // this tile is complete, and all warps have read the previous one
        if (index + gridDim.x < tiles) {
            Tile next(out_height, out_width, index + gridDim.x);
            load_lines(reinterpret_cast<T*>(staged[buffer ^ 1]), x, images, next);
        }
        commit();
        Tile tile(out_height, out_width, index);
        const T* lines = reinterpret_cast<const T*>(staged[buffer]);
#pragma unroll 1
        for (int step = threadIdx.x / 32; step < ROWS * TILE_STEPS; step += WARPS) {
            int row = step / TILE_STEPS;
            int column = step % TILE_STEPS * 16 + fragment_row(lane);
            bool first = tile.row + row < out_height && tile.column + column < out_width;
            bool second = tile.row + row < out_height && tile.column + column + 8 < out_width;
            const T* window = lines + window_start(row, column);
            u32 a[FRAGMENTS][4];
#pragma unroll
            for (int d = 0; d < FRAGMENTS; d++) {
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    a[d][i] = load_elements(window + i % 2 * 8 * STEP + offsets[d * 2 + i / 2]);
                }
            }
            T* pixel = y + (((i64) tile.image * out_height + tile.row + row) * out_width + tile.column + column)
                    * OUTPUTS;
#pragma unroll
            for (int start = 0; start < FULL; start += 4) {
                channels<4>(pixel, a, kept, weights, biases, start, first, second);
            }
            if constexpr (TILES % 4 >= 2) {
                channels<2>(pixel, a, kept, weights, biases, FULL, first, second);
            }
            if constexpr (TILES % 2 == 1) {
                channels<1>(pixel, a, kept, weights, biases, TILES - 1, first, second);
            }
        }
    }
}
