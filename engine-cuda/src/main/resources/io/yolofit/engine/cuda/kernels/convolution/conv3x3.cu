// conv3x3.cu   3x3 convolutions with few channels on tensor cores
//
//   TRANSPOSED=0    y[n,p,q,k] = sum over r,s,c of x[n,p-1+r,q-1+s,c] * w[k,r,s,c]
//   TRANSPOSED=1    the data gradient: y is dx[n,h,w,c], x is dy[n,p,q,k];
//                   dx[n,h,w,c] = sum over r,s,k of dy[n,(h+1-r)/STRIDE,(w+1-s)/STRIDE,k] * w[k,r,s,c], where divisible
//   ADDED=1         the result is added to the contents of y, and rounded once
//
// shapes      x [images,height,width,IN] and y [images,out_height,out_width,OUTPUTS] packed, aligned to 16 bytes;
//             w [k,3,3,c] packed, any address; channels are multiples of 16; blockIdx.y selects OUT of the OUTPUTS
// types       T: f16, bf16; sums in float
// launch      persistent blocks of 256 threads, which keep their weights in shared memory and stride over the tiles; a
//             tile is ROWS x COLUMNS <= 256 pixels of x with its halo; a warp has 32 of them and OUT
//             channels. BUFFERS=2: double buffering by asynchronous copies
// memory      in elements, defined by Conv3x3Kernels.Layout: WEIGHT_PITCH per line of weights; BUFFERS tiles of STAGE,
//             HALO_ROWS x HALO_COLUMNS pixels of PITCH; OUT_PITCH per pixel of the results, which reuse a tile with
//             OVERLAY=1. Pitches are odd in 16-byte units: no bank conflicts
// mma         pixels x channels of x x channels of y, one tap at a time: ldmatrix loads fragments of 16 pixels at any
//             offset of the tile. STRIDE=2 computes the four parities of row and column one after the other
// epilogue    accumulators go through shared memory, so that y is written in coalesced 16-byte accesses
// traffic     for each part of the channels: read x once, and the halos again from L2; write y (+ read y)
// reference   ReferenceConvolution
#include "convolution/tile.cuh"

static const int TAPS = 9;
static const int PIXELS = ROWS * COLUMNS;
static const int BEFORE = STRIDE == 1 ? 1 : 0; // pixels of the halo before a tile; there is always one after it
static const int WEIGHT_LENGTH = TRANSPOSED ? OUT : IN;
static const int WEIGHT_LINES = (TRANSPOSED ? IN : OUT) * TAPS;
static const int TILES = OUT / 8; // of 8 channels, an even number

// Offset in y of the pixel that corresponds to pixel p of a tile; -1 if there is none.
DEVICE i64 place_of(const Images& images, const Tile& tile, int p, int parity_row, int parity_column) {
    int h = (tile.row + p / COLUMNS) * STRIDE + parity_row;
    int w = (tile.column + p % COLUMNS) * STRIDE + parity_column;
    bool inside = p < PIXELS && h < images.out_height && w < images.out_width;
    return inside ? (((i64) tile.image * images.out_height + h) * images.out_width + w) * OUTPUTS + blockIdx.y * OUT
            : -1;
}

DEVICE void load_weights(T* weights, const T* RESTRICT w) {
    const int length = TRANSPOSED ? OUTPUTS : IN; // of a line of w
    const T* first = TRANSPOSED ? w + blockIdx.y * OUT : w + (i64) blockIdx.y * OUT * TAPS * IN;
    if ((u64) first % 16 == 0) {
        const int pieces = WEIGHT_LENGTH / LANES;
        for (int i = threadIdx.x; i < WEIGHT_LINES * pieces; i += THREADS) {
            int place = i % pieces * LANES;
            copy_async(weights + i / pieces * WEIGHT_PITCH + place, first + i / pieces * length + place, true);
        }
    } else {
#pragma unroll 8
        for (int i = threadIdx.x; i < WEIGHT_LINES * WEIGHT_LENGTH; i += THREADS) {
            weights[i / WEIGHT_LENGTH * WEIGHT_PITCH + i % WEIGHT_LENGTH] =
                    first[i / WEIGHT_LENGTH * length + i % WEIGHT_LENGTH];
        }
    }
}

DEVICE void load_tile(T* stage, const T* RESTRICT x, const Images& images, const Tile& tile) {
    const int pieces = IN / LANES;
    const T* image = x + (i64) tile.image * images.height * images.width * IN;
#pragma unroll 4
    for (int i = threadIdx.x; i < HALO_ROWS * HALO_COLUMNS * pieces; i += THREADS) {
        int pixel = i / pieces;
        int place = i % pieces * LANES;
        int row = tile.row - BEFORE + pixel / HALO_COLUMNS;
        int column = tile.column - BEFORE + pixel % HALO_COLUMNS;
        bool inside = (u32) row < (u32) images.height && (u32) column < (u32) images.width;
        copy_async(stage + pixel * PITCH + place, inside ? image + (row * images.width + column) * IN + place : x,
                inside);
    }
}

// Accumulates one tap. a0 and a1 are this lane's ldmatrix addresses for two fragments of 16 pixels, b for the weights.
DEVICE void add_tap(float (&sum)[2][TILES][4], const T* a0, const T* a1, const T* b) {
#pragma unroll
    for (int c = 0; c < IN; c += 16) {
        u32 left[2][4];
        load_matrices(left[0], shared_address(a0 + c));
        load_matrices(left[1], shared_address(a1 + c));
#pragma unroll
        for (int n = 0; n < TILES; n += 2) {
            u32 right[4];
            if constexpr (TRANSPOSED) {
                load_transposed(right, shared_address(b + c * TAPS * WEIGHT_PITCH + n * 8));
            } else {
                load_matrices(right, shared_address(b + n * 8 * TAPS * WEIGHT_PITCH + c));
            }
#pragma unroll
            for (int m = 0; m < 2; m++) {
                mma(sum[m][n], left[m], right[0], right[1]);
                mma(sum[m][n + 1], left[m], right[2], right[3]);
            }
        }
    }
}

DEVICE void load_sums(float (&sum)[TILES][4], const T* y, const Tile& tile, const Images& images, int pixel,
        int parity_row, int parity_column) {
    int lane = threadIdx.x % 32;
#pragma unroll
    for (int half = 0; half < 2; half++) {
        i64 place = place_of(images, tile, pixel + fragment_row(lane) + half * 8, parity_row, parity_column);
#pragma unroll
        for (int n = 0; n < TILES; n++) {
            u32 pair = place < 0 ? 0 : load_pair(y + place + n * 8 + fragment_pair(lane));
            sum[n][half * 2] = low(pair);
            sum[n][half * 2 + 1] = high(pair);
        }
    }
}

// Epilogue of 16 pixels: accumulators go through the warp's staging buffer, so that stores are 16 bytes wide.
DEVICE void store_sums(const float (&sum)[TILES][4], T* scratch, T* y, const Tile& tile, const Images& images,
        int pixel, int parity_row, int parity_column) {
    int lane = threadIdx.x % 32;
    __syncwarp();
#pragma unroll
    for (int half = 0; half < 2; half++) {
#pragma unroll
        for (int n = 0; n < TILES; n++) {
            u32* pair = reinterpret_cast<u32*>(scratch + (fragment_row(lane) + half * 8) * OUT_PITCH + n * 8
                    + fragment_pair(lane));
            *pair = rounded_pair(sum[n][half * 2], sum[n][half * 2 + 1]);
        }
    }
    __syncwarp();
#pragma unroll
    for (int i = 0; i < TILES / 2; i++) { // 16 * TILES accesses over 32 lanes
        int piece = i * 32 + lane;
        i64 place = place_of(images, tile, pixel + piece / TILES, parity_row, parity_column);
        if (place >= 0) {
            store(y + place + piece % TILES * LANES,
                    load<LANES>(scratch + piece / TILES * OUT_PITCH + piece % TILES * LANES));
        }
    }
}

// The pixels of a tile with one parity; lines are the offsets of this lane's two pixels in the stage.
template <int PARITY_ROW, int PARITY_COLUMN>
DEVICE void compute(const T* stage, const T* weights, T* scratch, T* y, const Tile& tile, const Images& images,
        const int (&lines)[2]) {
    int warp_pixel = threadIdx.x / 32 * 32;
    float sum[2][TILES][4] = {};
    if constexpr (ADDED) {
        load_sums(sum[0], y, tile, images, warp_pixel, PARITY_ROW, PARITY_COLUMN);
        load_sums(sum[1], y, tile, images, warp_pixel + 16, PARITY_ROW, PARITY_COLUMN);
    }
#pragma unroll
    for (int r = 0; r < 3; r++) {
        if (STRIDE == 2 && (r + PARITY_ROW) % 2 == 0) continue;
        int down = !TRANSPOSED ? r : STRIDE == 1 ? 2 - r : (PARITY_ROW + 1 - r) / 2;
#pragma unroll
        for (int s = 0; s < 3; s++) {
            if (STRIDE == 2 && (s + PARITY_COLUMN) % 2 == 0) continue;
            int right = !TRANSPOSED ? s : STRIDE == 1 ? 2 - s : (PARITY_COLUMN + 1 - s) / 2;
            const T* a = stage + (down * HALO_COLUMNS + right) * PITCH;
            add_tap(sum, a + lines[0], a + lines[1], weights + (r * 3 + s) * WEIGHT_PITCH);
        }
    }
    if constexpr (OVERLAY) {
        __syncthreads(); // all warps have read the tile
    }
    store_sums(sum[0], scratch, y, tile, images, warp_pixel, PARITY_ROW, PARITY_COLUMN);
    store_sums(sum[1], scratch, y, tile, images, warp_pixel + 16, PARITY_ROW, PARITY_COLUMN);
}

KERNEL __launch_bounds__(THREADS, BLOCKS) conv3x3(const T* RESTRICT x, const T* RESTRICT w, T* y, int count,
        int height, int width, int out_height, int out_width) {
    extern __shared__ uint4 shared[];
    Images images = {count, height, width, out_height, out_width};
    T* weights = reinterpret_cast<T*>(shared);
    T* stages = weights + WEIGHT_LINES * WEIGHT_PITCH;
    int tiles = count * Tile::across(width) * Tile::down(height);
    int lane = threadIdx.x % 32;
    int lines[2];
#pragma unroll
    for (int m = 0; m < 2; m++) {
        int pixel = threadIdx.x / 32 * 32 + m * 16 + down_row(lane);
        pixel = pixel < PIXELS ? pixel : 0; // its result is not stored
        lines[m] = (pixel / COLUMNS * HALO_COLUMNS + pixel % COLUMNS) * PITCH + down_column(lane);
    }
    const T* right = weights + (TRANSPOSED ? down_row(lane) * TAPS * WEIGHT_PITCH + down_column(lane)
            : across_row(lane) * TAPS * WEIGHT_PITCH + across_column(lane));
    load_weights(weights, w);
    int index = blockIdx.x;
    if (BUFFERS == 2 && index < tiles) {
        load_tile(stages, x, images, Tile(height, width, index));
    }
    commit();
#pragma unroll 1
    for (int current = 0; index < tiles; index += gridDim.x) {
        Tile tile(height, width, index);
        if constexpr (BUFFERS == 1) {
            __syncthreads(); // all warps have read the previous tile
            load_tile(stages, x, images, tile);
            commit();
        }
        wait<0>();
        __syncthreads(); // this tile is complete, and all warps have read the previous one
        if constexpr (BUFFERS == 2) {
            int next = index + gridDim.x;
            if (next < tiles) {
                load_tile(stages + (1 - current) * STAGE, x, images, Tile(height, width, next));
            }
            commit();
        }
        const T* stage = stages + current * STAGE;
        T* scratch = stages + (OVERLAY ? current : BUFFERS) * STAGE + threadIdx.x / 32 * 16 * OUT_PITCH;
        compute<0, 0>(stage, right, scratch, y, tile, images, lines);
        if constexpr (STRIDE == 2) {
            compute<0, 1>(stage, right, scratch, y, tile, images, lines);
            compute<1, 0>(stage, right, scratch, y, tile, images, lines);
            compute<1, 1>(stage, right, scratch, y, tile, images, lines);
        }
        current = BUFFERS == 2 ? 1 - current : 0;
    }
}
