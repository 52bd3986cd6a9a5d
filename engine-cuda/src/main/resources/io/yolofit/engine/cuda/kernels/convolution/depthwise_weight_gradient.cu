// depthwise_weight_gradient.cu   weight gradient of depthwise convolutions
//
// formula     dw[c,r,s] = sum over n,p,q of dy[n,p,q,c] * x[n,p*STRIDE-PADDING+r,q*STRIDE-PADDING+s,c] (+ existing)
// shapes      x [n,height,width,channels], dy [n,out_height,out_width,channels] packed;
//             dw, existing [channels,SIDE,SIDE]; dw may be in place of existing
// types       x, dy in T; dw, existing, sums in float
// launch      partial, split-K: grid.x blocks have equal runs of the strips of dy, in row-major order, grid.y selects
//             PIECES * WIDTH channels; a thread sums every BLOCK_STRIPS-th strip of the run, for all taps, in
//             registers, and the block writes its sums to partial[block,TAPS,channels]. total: reduce.cuh, 32
//             channels of a tap over the blocks
// order       the number of blocks determines the order of sums; it must not depend on the device. No atomics
// traffic     read dy once, x once, and its neighboring lines again from L1; 4 * blocks * TAPS * channels bytes of
//             partial sums
// reference   ReferenceConvolution.weightGradient
#include "convolution/depthwise.cuh"
#include "reduce.cuh"

DEVICE void add_strip(Vec<float, WIDTH> (&sum)[TAPS], const T* RESTRICT x, const T* RESTRICT dy, const Images& shape,
        int channels, int channel, int index, int across) {
    int column = index % across * COLUMNS;
    int row = index / across % shape.out_height;
    i64 image = index / across / shape.out_height;
    const T* gradients = dy + ((image * shape.out_height + row) * shape.out_width + column) * channels + channel;
    Vec<float, WIDTH> gradient[COLUMNS] = {};
#pragma unroll
    for (int q = 0; q < COLUMNS; q++) {
        if (column + q < shape.out_width) {
            gradient[q] = load_floats<WIDTH>(gradients + (i64) q * channels);
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
            Vec<float, WIDTH> value = {};
            if ((u32) (left + j) < (u32) shape.width) {
                value = load_floats<WIDTH>(from + (i64) (left + j) * channels);
            }
#pragma unroll
            for (int s = 0; s < SIDE; s++) {
                if (j >= s && (j - s) % STRIDE == 0 && (j - s) / STRIDE < COLUMNS) {
                    add_product(sum[r * SIDE + s], value, gradient[(j - s) / STRIDE]);
                }
            }
        }
    }
}

KERNEL __launch_bounds__(PIECES * BLOCK_STRIPS) depthwise_weight_gradient_partial(const T* RESTRICT x,
        const T* RESTRICT dy, float* RESTRICT partial, int height, int width, int out_height, int out_width,
        int channels, int strips, int run) {
    Images shape = {height, width, out_height, out_width};
    __shared__ float sums[BLOCK_STRIPS][PIECES * WIDTH];
    int channel = (blockIdx.y * PIECES + threadIdx.x) * WIDTH;
    int across = (shape.out_width + COLUMNS - 1) / COLUMNS;
    Vec<float, WIDTH> sum[TAPS] = {};
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
            sums[threadIdx.y][threadIdx.x * WIDTH + c] = sum[tap].v[c];
        }
        __syncthreads();
        for (int c = thread; c < PIECES * WIDTH; c += PIECES * BLOCK_STRIPS) {
            int at = blockIdx.y * PIECES * WIDTH + c;
            float total = 0.0f;
#pragma unroll 8
            for (int y = 0; y < BLOCK_STRIPS; y++) {
                total += sums[y][c];
            }
            if (at < channels) {
                partial[((i64) blockIdx.x * TAPS + tap) * channels + at] = total;
            }
        }
    }
}

// existing is null if there is none.
KERNEL depthwise_weight_gradient_total(const float* RESTRICT partial, const float* existing, float* dw, int blocks,
        int channels) {
    int channel = blockIdx.x * TOTAL_SIDE + threadIdx.x;
    int tap = blockIdx.y;
    store_total(partial + tap * channels + channel, TAPS * channels, blocks, channel < channels, existing, dw,
            (i64) channel * TAPS + tap);
}
