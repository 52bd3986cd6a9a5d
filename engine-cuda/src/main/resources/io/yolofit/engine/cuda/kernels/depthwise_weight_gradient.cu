// depthwise_weight_gradient.cu   weight gradient of depthwise convolutions
//
// formula     dw[c,r,s] = sum over n,p,q of dy[n,p,q,c] * x[n,p*STRIDE-PADDING+r,q*STRIDE-PADDING+s,c] (+ existing)
// shapes      x [n,height,width,channels], dy [n,out_height,out_width,channels] packed;
//             dw, existing [channels,SIDE,SIDE]; dw may be in place of existing
// types       x, dy in T; dw, existing, sums in float
// launch      partial, split-K: grid.x blocks have equal runs of the strips of dy, in row-major order, grid.y selects
//             PIECES * WIDTH channels; a thread sums every BLOCK_STRIPS-th strip of the run, for all taps, in
//             registers, and the block writes its sums to partial[block,TAPS,channels]. total: 32x32 threads sum 32
//             channels of a tap over the blocks
// order       the number of blocks determines the order of sums; it must not depend on the device. No atomics
// traffic     read dy once, x once, and its neighboring lines again from L1; 4 * blocks * TAPS * channels bytes of
//             partial sums
// reference   ReferenceConvolution.weightGradient
#include "depthwise.cuh"

static const int SPAN = (COLUMNS - 1) * STRIDE + SIDE;

DEVICE void add_strip(float (&sum)[TAPS][WIDTH], const T* RESTRICT x, const T* RESTRICT dy, const Images& shape,
        int channels, int channel, int index, int across) {
    int column = index % across * COLUMNS;
    int row = index / across % shape.out_height;
    i64 image = index / across / shape.out_height;
    const T* gradients = dy + ((image * shape.out_height + row) * shape.out_width + column) * channels + channel;
    float gradient[COLUMNS][WIDTH] = {};
#pragma unroll
    for (int q = 0; q < COLUMNS; q++) {
        if (column + q < shape.out_width) {
            load_floats(gradient[q], gradients + (i64) q * channels);
        }
    }
    int left = column * STRIDE - PADDING;
#pragma unroll
    for (int r = 0; r < SIDE; r++) {
        int line = row * STRIDE - PADDING + r;
        if ((u32) line >= (u32) shape.height) {
            continue;
        }
        const T* from = x + (image * shape.height + line) * shape.width * channels + channel;
#pragma unroll
        for (int j = 0; j < SPAN; j++) {
            float value[WIDTH] = {};
            if ((u32) (left + j) < (u32) shape.width) {
                load_floats(value, from + (i64) (left + j) * channels);
            }
#pragma unroll
            for (int s = 0; s < SIDE; s++) {
                if (j >= s && (j - s) % STRIDE == 0 && (j - s) / STRIDE < COLUMNS) {
#pragma unroll
                    for (int c = 0; c < WIDTH; c++) {
                        sum[r * SIDE + s][c] += value[c] * gradient[(j - s) / STRIDE][c];
                    }
                }
            }
        }
    }
}

KERNEL __launch_bounds__(PIECES * BLOCK_STRIPS) depthwise_weight_gradient_partial(const T* RESTRICT x,
        const T* RESTRICT dy, float* RESTRICT partial, int height, int width, int out_height, int out_width,
        int channels, int strips, int run) {
    Images shape = {height, width, out_height, out_width};
    __shared__ float lanes[BLOCK_STRIPS][PIECES * WIDTH];
    int channel = (blockIdx.y * PIECES + threadIdx.x) * WIDTH;
    int across = (shape.out_width + COLUMNS - 1) / COLUMNS;
    float sum[TAPS][WIDTH] = {};
    int first = blockIdx.x * run;
    int last = min(first + run, strips);
#pragma unroll 1
    for (int index = first + threadIdx.y; index < (channel < channels ? last : 0); index += BLOCK_STRIPS) {
        add_strip(sum, x, dy, shape, channels, channel, index, across);
    }
    int thread = threadIdx.y * PIECES + threadIdx.x;
#pragma unroll
    for (int tap = 0; tap < TAPS; tap++) {
        __syncthreads();
#pragma unroll
        for (int c = 0; c < WIDTH; c++) {
            lanes[threadIdx.y][threadIdx.x * WIDTH + c] = sum[tap][c];
        }
        __syncthreads();
        for (int c = thread; c < PIECES * WIDTH; c += PIECES * BLOCK_STRIPS) {
            int at = blockIdx.y * PIECES * WIDTH + c;
            float total = 0.0f;
#pragma unroll 8
            for (int lane = 0; lane < BLOCK_STRIPS; lane++) {
                total += lanes[lane][c];
            }
            if (at < channels) {
                partial[((i64) blockIdx.x * TAPS + tap) * channels + at] = total;
            }
        }
    }
}

static const int TOTAL_SIDE = 32;

// existing is null if there is none.
KERNEL depthwise_weight_gradient_total(const float* RESTRICT partial, const float* existing, float* dw, int blocks,
        int channels) {
    __shared__ float sums[TOTAL_SIDE][TOTAL_SIDE];
    int channel = blockIdx.x * TOTAL_SIDE + threadIdx.x;
    int tap = blockIdx.y;
    float sum = 0.0f;
    if (channel < channels) {
#pragma unroll 4
        for (int block = threadIdx.y; block < blocks; block += TOTAL_SIDE) {
            sum += partial[((i64) block * TAPS + tap) * channels + channel];
        }
    }
    sums[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y == 0 && channel < channels) {
        float total = 0.0f;
        for (int y = 0; y < TOTAL_SIDE; y++) {
            total += sums[y][threadIdx.x];
        }
        i64 at = (i64) channel * TAPS + tap;
        dw[at] = existing == nullptr ? total : existing[at] + total;
    }
}
