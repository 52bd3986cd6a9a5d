// first_conv_gradient.cu   weight gradient of the first convolution
//
// formula     dw[k,r,s,c] = sum over n,p,q of dy[n,p,q,k] * x[n,p*stride-padding+r,q*stride-padding+s,c]
//             (+ existing[k,r,s,c])
// shapes      x [n,height,width,CHANNELS], dy [n,out_height,out_width,OUTPUTS], packed, few channels and a small window
//             (first_conv.cuh); dw, existing [OUTPUTS,SIDE,SIDE,CHANNELS], dw may be in place of existing. x at any
//             address, dy aligned to 16 bytes
// types       x, dy in T: f16, bf16; dw, existing, sums in float
// launch      partial, split-K: blocks of 256 threads stride over the tiles, and each writes its sum to
//             partial[block,OUTPUTS,FRAGMENTS * 16]; a warp has 16 elements of the window and every PIXEL_WARPS-th run
//             of 16 pixels. total: store_total of reduce.cuh
// order       the number of blocks determines the order of sums; it must not depend on the device. No atomics
// mma         channels x pixels x window elements. Pairs of window elements are loaded for two neighboring pixels: the
//             first elements of the pairs form one fragment, the second elements another
// traffic     read dy once, x once and the halos of tiles twice;
//             4 * blocks * OUTPUTS * FRAGMENTS * 16 bytes of partial sums
// reference   ReferenceConvolution.weightGradient
#include "convolution/first_conv.cuh"
#include "reduce.cuh"

static const int TILES = (OUTPUTS + 15) / 16; // of channels
static const int PITCH = (OUTPUTS / LANES + 1 | 1) * LANES; // odd in 16-byte units: no bank conflicts
static const int WINDOW_WARPS = FRAGMENTS > 4 ? 8 : FRAGMENTS > 2 ? 4 : FRAGMENTS; // warps along the window's elements
static const int PIXEL_WARPS = WARPS / WINDOW_WARPS; // warps along the pixels
static const int PIXELS = ROWS * COLUMNS;
static const int STAGE = PIXELS * PITCH + LINES * LINE; // elements of a tile
static const int SHARED_BYTES = 48 * 1024;
static const int STAGES = 3 * STAGE * (int) sizeof(T) <= SHARED_BYTES ? 3 : 2;

DEVICE void load_gradients(T* to, const T* RESTRICT dy, const Images& images, const Tile& tile) {
    const int pieces = OUTPUTS / LANES;
    for (int i = threadIdx.x; i < PIXELS * pieces; i += THREADS) {
        int pixel = i / pieces;
        int place = i % pieces * LANES;
        int row = tile.row + pixel / COLUMNS;
        int column = tile.column + pixel % COLUMNS;
        bool inside = row < images.out_height && column < images.out_width;
        i64 at = ((i64) tile.image * images.out_height + row) * images.out_width + column;
        copy_async(to + pixel * PITCH + place, inside ? dy + at * OUTPUTS + place : dy, inside);
    }
}

DEVICE void load_tile(T* stage, const T* RESTRICT x, const T* RESTRICT dy, const Images& images, int index) {
    if (index < tiles_of(images)) {
        Tile tile(images.out_height, images.out_width, index);
        load_gradients(stage, dy, images, tile);
        load_lines(stage + PIXELS * PITCH, x, images, tile);
    }
    commit();
}

// Accumulates 16 pixels. gradients is this lane's ldmatrix address, window its pair of elements for the first pixel.
DEVICE void add_pixels(float (&sum)[TILES][2][4], const T* gradients, const T* window) {
    u32 x0 = load_elements(window);
    u32 x1 = load_elements(window + STEP);
    u32 x8 = load_elements(window + 8 * STEP);
    u32 x9 = load_elements(window + 9 * STEP);
    u32 b[2][2] = {{__byte_perm(x0, x1, 0x5410), __byte_perm(x8, x9, 0x5410)},
            {__byte_perm(x0, x1, 0x7632), __byte_perm(x8, x9, 0x7632)}};
#pragma unroll
    for (int m = 0; m < TILES; m++) {
        u32 a[4];
        load_transposed(a, shared_address(gradients + m * 16));
        mma(sum[m][0], a, b[0][0], b[0][1]);
        mma(sum[m][1], a, b[1][0], b[1][1]);
    }
}

// Writes the block's partial sum: the sums of all warps, added in a fixed order.
DEVICE void write_partial(float* RESTRICT partial, const float (&sum)[TILES][2][4], float4* scratch) {
    int lane = threadIdx.x % 32;
    int warp = threadIdx.x / 32;
#pragma unroll
    for (int m = 0; m < TILES; m++) {
        __syncthreads();
#pragma unroll
        for (int half = 0; half < 2; half++) { // scratch is [WARPS,16 channels,16 elements of the window]
            scratch[warp * 64 + (fragment_row(lane) + half * 8) * 4 + lane % 4] = make_float4(sum[m][0][half * 2],
                    sum[m][1][half * 2], sum[m][0][half * 2 + 1], sum[m][1][half * 2 + 1]);
        }
        __syncthreads();
        const float* sums = reinterpret_cast<const float*>(scratch);
        for (int i = threadIdx.x; i < WINDOW_WARPS * 256; i += THREADS) {
            int channel = m * 16 + i % 256 / 16;
            int place = i / 256 * 16 + i % 16;
            float total = 0.0f;
#pragma unroll
            for (int group = 0; group < PIXEL_WARPS; group++) {
                total += sums[group * WINDOW_WARPS * 256 + i];
            }
            if (channel < OUTPUTS && place < FRAGMENTS * 16) {
                partial[((i64) blockIdx.x * OUTPUTS + channel) * FRAGMENTS * 16 + place] = total;
            }
        }
    }
}

KERNEL __launch_bounds__(THREADS, OCCUPANCY) first_conv_gradient_partial(const T* RESTRICT x, const T* RESTRICT dy,
        float* RESTRICT partial, int count, int height, int width, int out_height, int out_width) {
    __shared__ uint4 staged[STAGES * STAGE / LANES];
    T* stages = reinterpret_cast<T*>(staged);
    Images images = {count, height, width, out_height, out_width};
    int tiles = tiles_of(images);
    int lane = threadIdx.x % 32;
    int split = threadIdx.x / 32 % WINDOW_WARPS;
    int group = threadIdx.x / 32 / WINDOW_WARPS;
    int row_of_matrix = across_row(lane) * PITCH + across_column(lane);
    int pair = window_offset(split * 8 + fragment_row(lane)) + fragment_pair(lane) * STEP;
    float sum[TILES][2][4] = {};
#pragma unroll
    for (int i = 0; i < STAGES - 1; i++) {
        load_tile(stages + i * STAGE, x, dy, images, blockIdx.x + i * gridDim.x);
    }
    int current = 0;
#pragma unroll 1
    for (int index = blockIdx.x; index < tiles; index += gridDim.x) {
        wait<STAGES - 2>();
        __syncthreads(); // this tile is complete, and all warps have read the previous one
        int free = current == 0 ? STAGES - 1 : current - 1;
        load_tile(stages + free * STAGE, x, dy, images, index + (STAGES - 1) * gridDim.x);
        const T* gradients = stages + current * STAGE;
        const T* lines = gradients + PIXELS * PITCH;
#pragma unroll 2
        for (int step = group; step < (split < FRAGMENTS ? ROWS * TILE_STEPS : 0); step += PIXEL_WARPS) {
            add_pixels(sum, gradients + step * 16 * PITCH + row_of_matrix,
                    lines + window_start(step / TILE_STEPS, step % TILE_STEPS * 16) + pair);
        }
        current = current == STAGES - 1 ? 0 : current + 1;
    }
    write_partial(partial, sum, reinterpret_cast<float4*>(staged));
}

// existing is null if there is none.
KERNEL first_conv_gradient_total(const float* RESTRICT partial, const float* existing, float* dw, int blocks) {
    int element = blockIdx.x * TOTAL_SIDE + threadIdx.x;
    int line = element / (SIDE * CHANNELS); // of all windows
    int at = (line / SIDE) * FRAGMENTS * 16 + line % SIDE * SEGMENT + EXTRA + element % (SIDE * CHANNELS);
    store_total(partial + at, OUTPUTS * FRAGMENTS * 16, blocks, element < OUTPUTS * SIDE * SIDE * CHANNELS, existing,
            dw, element);
}
