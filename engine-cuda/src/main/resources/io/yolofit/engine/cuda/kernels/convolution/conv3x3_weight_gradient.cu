// conv3x3_weight_gradient.cu  dw[k,r,s,c] = sum over n,p,q of dy[n,p,q,k] * x[n,p-1+r,q-1+s,c], r and s from 0 to 2
//
// shapes      x [n,height,width,CHANNELS], dy [n,height,width,OUTPUTS], dw [OUTPUTS,3,3,CHANNELS], packed, aligned to
//             16 bytes; channels and outputs are multiples of 16. An image has fewer than 2^31 elements
// types       T: f16, bf16; sums in float, rounded once
// launch      partial: grid (splits, parts of OUTPUT_PART x CHANNEL_PART weights), THREADS threads, STAGES * STAGE
//             elements of shared memory. Split-K: the tiles of ROWS x COLUMNS pixels are distributed over the splits,
//             and each split writes its sum to partial[split,OUTPUTS,3,3,CHANNELS]. total: TOTAL_SIDE x N threads sum
//             4 * TOTAL_SIDE elements over the splits. Conv3x3WeightGradientTiling defines sizes and pitches
// order       splits and tiles determine the order of sums; they must not depend on the device. No atomics
// warps       a warp has one column s of the window, OUTPUT_TILES * 16 outputs, CHANNEL_TILES * 8 channels, and every
//             PIXEL_WARPS-th run of a tile. A run has two halves of 8 columns x RUN rows: next to each other if COLUMNS
//             is a multiple of 16, else one below the other
// mma         outputs x pixels x channels; the 16 pixels of a fragment are one row of both halves of a run. A fragment
//             of x (8 neighbors in a row) stays in registers while the three rows of dy that use it pass, so that
//             shared memory is read once for the three rows r of the window
// traffic     every part reads its channels of dy once, of x once and the halos twice; parts that work on the same
//             pixels share them in L2. 8 bytes of partial sums for each weight and split
// reference   ReferenceConvolution.weightGradient
#include "mma.cuh"
#include "reduce.cuh"

static const int SIDE = 3;
static const int STRIP = 8; // columns of half a run
static const int X_COLUMNS = COLUMNS + SIDE - 1;
static const int DY_SIZE = ROWS * COLUMNS * DY_PITCH;
static const int DY_PIECES = ROWS * COLUMNS * (OUTPUT_PART / LANES); // 16-byte accesses
static const int PIECES = DY_PIECES + (ROWS + SIDE - 1) * X_COLUMNS * (CHANNEL_PART / LANES);
static const bool HALVES_IN_ROW = COLUMNS % (2 * STRIP) == 0; // whether the halves of a run are in the same rows
static const int RUN_ROWS = HALVES_IN_ROW ? RUN : 2 * RUN;
static const int RUN_COLUMNS = HALVES_IN_ROW ? 2 * STRIP : STRIP;
static const int RUNS = COLUMNS / RUN_COLUMNS * (ROWS / RUN_ROWS);
static const int STEPS = RUNS / PIXEL_WARPS * RUN; // of a warp in a tile
// 16-byte copies that a thread starts in a step. With two stages the next tile is needed soon, so all start in the
// first.
static const int LOADS = (PIECES + THREADS - 1) / THREADS;
static const int STEP_LOADS = STAGES == 2 ? LOADS : (LOADS + STEPS - 1) / STEPS;

struct Images {
    const T* x; // at the first channel of the part, as dy is
    const T* dy;
    int height, width, down, across; // pixels, and tiles of an image

    INLINE Images(const T* x, const T* dy, int height, int width)
            : x(x), dy(dy), height(height), width(width), down((height + ROWS - 1) / ROWS),
              across((width + COLUMNS - 1) / COLUMNS) {}
};

// Copies a tile to shared memory asynchronously, a given number of 16-byte accesses per thread at a time.
struct Loading {
    const T* x; // of the image
    const T* dy;
    u32 stage;
    int row, column; // of the tile's first pixel
    int piece; // index of this thread's next access; at least PIECES if there is none

    INLINE Loading(const Images& images, u32 stage, int tile, int tiles) : stage(stage) {
        int image = tile / (images.down * images.across);
        int place = tile - image * images.down * images.across;
        i64 pixels = (i64) image * images.height * images.width;
        x = images.x + pixels * CHANNELS;
        dy = images.dy + pixels * OUTPUTS;
        row = place / images.across * ROWS;
        column = place % images.across * COLUMNS;
        piece = tile < tiles ? (int) threadIdx.x : PIECES;
    }

    INLINE void bring(const Images& images, int count) {
#pragma unroll 1
        for (int i = 0; i < count && piece < PIECES; i++) {
            if (piece < DY_PIECES) {
                u32 pixel = (u32) piece / (OUTPUT_PART / LANES);
                u32 part = (u32) piece % (OUTPUT_PART / LANES);
                int h = row + pixel / COLUMNS;
                int w = column + pixel % COLUMNS;
                bool inside = h < images.height && w < images.width;
                int place = (h * images.width + w) * OUTPUTS + part * LANES;
                copy_async(stage + (pixel * (DY_PITCH / LANES) + part) * 16, dy + (inside ? place : 0), inside);
            } else {
                u32 pixel = (u32) (piece - DY_PIECES) / (CHANNEL_PART / LANES);
                u32 part = (u32) (piece - DY_PIECES) % (CHANNEL_PART / LANES);
                int h = row - 1 + pixel / X_COLUMNS;
                int w = column - 1 + pixel % X_COLUMNS;
                bool inside = (u32) h < (u32) images.height && (u32) w < (u32) images.width;
                int place = (h * images.width + w) * CHANNELS + part * LANES;
                copy_async(stage + DY_SIZE * 2 + (pixel * (X_PITCH / LANES) + part) * 16, x + (inside ? place : 0),
                        inside);
            }
            piece += THREADS;
        }
    }
};

typedef float Sums[SIDE][OUTPUT_TILES][CHANNEL_TILES][4]; // by the window's row

// The fragments of a row of both halves of a run; row is this lane's ldmatrix address: of four matrices, the first two
// are the two halves.
DEVICE void load_row(u32 (&x)[CHANNEL_TILES][2], u32 row) {
#pragma unroll
    for (int n = 0; n + 1 < CHANNEL_TILES; n += 2) {
        u32 both[4];
        load_transposed(both, row + n * 16);
        x[n][0] = both[0];
        x[n][1] = both[1];
        x[n + 1][0] = both[2];
        x[n + 1][1] = both[3];
    }
    if constexpr (CHANNEL_TILES % 2 == 1) {
        load_transposed(x[CHANNEL_TILES - 1], row + (CHANNEL_TILES - 1) * 16);
    }
}

// Accumulates a run; dy and x are this lane's addresses in its first row. Starts copies of the next tile in between.
DEVICE void add_run(Sums& sums, u32 dy, u32 x, Loading& next, const Images& images) {
    u32 rows[SIDE][CHANNEL_TILES][2]; // of x: the rows above, at and below the row of dy
    load_row(rows[0], x);
    load_row(rows[1], x + X_COLUMNS * X_PITCH * 2);
    x += 2 * X_COLUMNS * X_PITCH * 2;
#pragma unroll 3
    for (int row = 0; row < RUN; row++) {
        next.bring(images, STEP_LOADS);
        load_row(rows[2], x + row * X_COLUMNS * X_PITCH * 2);
#pragma unroll
        for (int m = 0; m < OUTPUT_TILES; m++) {
            u32 a[4];
            load_transposed(a, dy + row * COLUMNS * DY_PITCH * 2 + m * 32);
#pragma unroll
            for (int r = 0; r < SIDE; r++) {
#pragma unroll
                for (int n = 0; n < CHANNEL_TILES; n++) {
                    mma(sums[r][m][n], a, rows[r][n][0], rows[r][n][1]);
                }
            }
        }
#pragma unroll
        for (int n = 0; n < CHANNEL_TILES; n++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                rows[0][n][half] = rows[1][n][half];
                rows[1][n][half] = rows[2][n][half];
            }
        }
    }
}

// Adds the sums of the other groups to those of the first, in the order of the groups. All threads must call it.
DEVICE void add_groups(Sums& sums, Vec<float, 4>* scratch, int unit, int group) {
    const int units = THREADS / 32 / PIXEL_WARPS;
    const int tiles = OUTPUT_TILES * CHANNEL_TILES;
    int lane = threadIdx.x % 32;
#pragma unroll
    for (int r = 0; r < SIDE; r++) {
        __syncthreads();
#pragma unroll
        for (int i = 0; i < tiles && group > 0; i++) {
            scratch[(((group - 1) * units + unit) * tiles + i) * 32 + lane] =
                    load<4>(sums[r][i / CHANNEL_TILES][i % CHANNEL_TILES]);
        }
        __syncthreads();
#pragma unroll
        for (int i = 0; i < tiles * (PIXEL_WARPS - 1) && group == 0; i++) {
            Vec<float, 4> more = scratch[((i / tiles * units + unit) * tiles + i % tiles) * 32 + lane];
            float (&sum)[4] = sums[r][i % tiles / CHANNEL_TILES][i % tiles % CHANNEL_TILES];
#pragma unroll
            for (int j = 0; j < 4; j++) {
                sum[j] += more.v[j];
            }
        }
    }
}

// partial is the address of this lane's first element.
DEVICE void write_sums(float* RESTRICT partial, const Sums& sums) {
#pragma unroll
    for (int i = 0; i < SIDE * OUTPUT_TILES * CHANNEL_TILES * 2; i++) {
        int half = i % 2;
        int n = i / 2 % CHANNEL_TILES;
        int m = i / 2 / CHANNEL_TILES % OUTPUT_TILES;
        int r = i / 2 / CHANNEL_TILES / OUTPUT_TILES;
        const float (&sum)[4] = sums[r][m][n];
        *reinterpret_cast<float2*>(partial + ((m * 16 + half * 8) * SIDE + r) * SIDE * CHANNELS + n * 8)
                = make_float2(sum[half * 2], sum[half * 2 + 1]);
    }
}

KERNEL __launch_bounds__(THREADS, OCCUPANCY) conv3x3_weight_gradient_partial(const T* RESTRICT x, const T* RESTRICT dy,
        float* RESTRICT partial, int count, int height, int width) {
    extern __shared__ uint4 staged[];
    u32 stages = shared_address(staged);
    int first_output = blockIdx.y / (CHANNELS / CHANNEL_PART) * OUTPUT_PART;
    int first_channel = blockIdx.y % (CHANNELS / CHANNEL_PART) * CHANNEL_PART;
    Images images(x + first_channel, dy + first_output, height, width);
    int tiles = count * images.down * images.across;
    int lane = threadIdx.x % 32;
    int warp = threadIdx.x / 32;
    int s = warp % SIDE;
    int group = warp / SIDE % PIXEL_WARPS;
    int output = warp / (SIDE * PIXEL_WARPS) % OUTPUT_WARPS * OUTPUT_TILES * 16; // of the part
    int channel = warp / (SIDE * PIXEL_WARPS) / OUTPUT_WARPS * CHANNEL_TILES * 8;
    const int dy_half = HALVES_IN_ROW ? STRIP : RUN * COLUMNS; // pixels from the first half of a run to the second
    const int x_half = HALVES_IN_ROW ? STRIP : RUN * X_COLUMNS;
    u32 dy_lane = (across_row(lane, dy_half) * DY_PITCH + output + across_column(lane)) * 2; // bytes
    u32 x_lane = (DY_SIZE + (down_row(lane, x_half) + s) * X_PITCH + channel + down_column(lane)) * 2;
    Sums sums = {};
#pragma unroll 1
    for (int i = 0; i < STAGES - 1; i++) {
        Loading(images, stages + i * STAGE * 2, blockIdx.x + i * gridDim.x, tiles).bring(images, LOADS);
        commit(); // even if empty, so that the number of groups is known
    }
    int current = 0;
#pragma unroll 1
    for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
        wait<STAGES - 2>();
        __syncthreads(); // this tile is complete, and all warps have read the previous one
        int free = current == 0 ? STAGES - 1 : current - 1;
        Loading next(images, stages + free * STAGE * 2, tile + (STAGES - 1) * gridDim.x, tiles);
        u32 stage = stages + current * STAGE * 2;
#pragma unroll 1
        for (int run = group; run < RUNS; run += PIXEL_WARPS) {
            int row = run % (ROWS / RUN_ROWS) * RUN_ROWS;
            int column = run / (ROWS / RUN_ROWS) * RUN_COLUMNS;
            add_run(sums, stage + (row * COLUMNS + column) * DY_PITCH * 2 + dy_lane,
                    stage + (row * X_COLUMNS + column) * X_PITCH * 2 + x_lane, next, images);
        }
        commit();
        current = current == STAGES - 1 ? 0 : current + 1;
    }
    if constexpr (PIXEL_WARPS > 1) {
        add_groups(sums, reinterpret_cast<Vec<float, 4>*>(staged), warp / (SIDE * PIXEL_WARPS) * SIDE + s, group);
    }
    if (group == 0) {
        i64 line = (i64) blockIdx.x * OUTPUTS + first_output + output + fragment_row(lane); // of sums
        write_sums(partial + (line * SIDE * SIDE + s) * CHANNELS + first_channel + channel + fragment_pair(lane), sums);
    }
}

// A thread has four elements: 4 * TOTAL_SIDE divides every number of weights.
KERNEL conv3x3_weight_gradient_total(const float* RESTRICT partial, T* RESTRICT dw, int splits) {
    int element = (blockIdx.x * TOTAL_SIDE + threadIdx.x) * 4;
    Vec<float, 4> sum = total_of<4>(partial + element, OUTPUTS * SIDE * SIDE * CHANNELS, splits, blockDim.y, true);
    if (threadIdx.y == 0) {
        store_floats(dw + element, sum);
    }
}
