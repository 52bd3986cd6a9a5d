// depthwise.cu   depthwise convolution and its data gradient
//
// formula     forward: y[n,p,q,c] = sum over r,s of x[n,p*STRIDE-PADDING+r,q*STRIDE-PADDING+s,c] * w[c,r,s] (+ b[c])
//             data gradient: dx[n,h,w,c] = sum over r,s of dy[n,(h+PADDING-r)/STRIDE,(w+PADDING-s)/STRIDE,c] * w[c,r,s]
//             where divisible (+ existing)
// shapes      x, dx, existing [n,height,width,channels], y, dy [n,out_height,out_width,channels] and
//             w [channels,SIDE,SIDE], packed; dx may be in place of existing; BIAS=1: b in float, BIAS=2: b in T
// types       T; sums in float, in row-major order of the taps, rounded once
// launch      depthwise.cuh; tiles over y in forward, over dx in the data gradient, whose strips start at multiples of
//             STRIDE. A line of the window is loaded once per strip and used SIDE times from registers; weights are in
//             shared memory. Tiles are several lines high, so that neighboring lines are read again from L1
// traffic     read x, write y; read dy (+ existing), write dx; the halos of tiles again from L2. Large windows (7x7)
//             are bound by fp32 arithmetic: 49 multiply-adds per element
// reference   ReferenceConvolution.forward, dataGradient
#include "convolution/depthwise.cuh"

KERNEL __launch_bounds__(PIECES * BLOCK_STRIPS) depthwise_forward(const T* RESTRICT x, const T* RESTRICT w,
        const Bias* RESTRICT b, T* RESTRICT y, int height, int width, int out_height, int out_width, int channels,
        int strips) {
    Images shape = {height, width, out_height, out_width};
    __shared__ __align__(16) float weights[TAPS * PIECES * WIDTH];
    load_weights(weights, w, channels);
    Strip strip(shape.out_height, shape.out_width, strips);
    int channel = (blockIdx.y * PIECES + threadIdx.x) * WIDTH;
    if (channel >= channels || strip.row >= shape.out_height || strip.column >= shape.out_width) {
        return;
    }
    Vec<float, WIDTH> sum[COLUMNS] = {};
    int left = strip.column * STRIDE - PADDING;
#pragma unroll
    for (int r = 0; r < SIDE; r++) {
        int row = strip.row * STRIDE - PADDING + r;
        if ((u32) row >= (u32) shape.height) {
            continue;
        }
        const T* line = x + ((i64) strip.image * shape.height + row) * shape.width * channels + channel;
        Vec<float, WIDTH> values[SPAN] = {};
#pragma unroll
        for (int j = 0; j < SPAN; j++) {
            if ((u32) (left + j) < (u32) shape.width) {
                values[j] = load_floats<WIDTH>(line + (i64) (left + j) * channels);
            }
        }
#pragma unroll
        for (int s = 0; s < SIDE; s++) {
            Vec<float, WIDTH> tap = load_tap(weights, r * SIDE + s);
#pragma unroll
            for (int q = 0; q < COLUMNS; q++) {
                add_product(sum[q], values[q * STRIDE + s], tap);
            }
        }
    }
    T* to = y + (((i64) strip.image * shape.out_height + strip.row) * shape.out_width + strip.column) * channels
            + channel;
#pragma unroll
    for (int q = 0; q < COLUMNS; q++) {
        if (strip.column + q < shape.out_width) {
#pragma unroll
            for (int c = 0; c < (BIAS ? WIDTH : 0); c++) {
                sum[q].v[c] += to_float(b[channel + c]);
            }
            store_floats(to + (i64) q * channels, sum[q]);
        }
    }
}

DEVICE constexpr int floor_div(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

static const int FIRST = floor_div(PADDING - SIDE + STRIDE, STRIDE); // column of dy that a strip of dx reads first
static const int READ = floor_div(COLUMNS - 1 + PADDING, STRIDE) - FIRST + 1;

// existing is null if there is none.
KERNEL __launch_bounds__(PIECES * BLOCK_STRIPS) depthwise_data_gradient(const T* RESTRICT dy, const T* RESTRICT w,
        const T* existing, T* dx, int height, int width, int out_height, int out_width, int channels, int strips) {
    Images shape = {height, width, out_height, out_width};
    __shared__ __align__(16) float weights[TAPS * PIECES * WIDTH];
    load_weights(weights, w, channels);
    Strip strip(shape.height, shape.width, strips);
    int channel = (blockIdx.y * PIECES + threadIdx.x) * WIDTH;
    if (channel >= channels || strip.row >= shape.height || strip.column >= shape.width) {
        return;
    }
    Vec<float, WIDTH> sum[COLUMNS] = {};
    int left = strip.column / STRIDE + FIRST;
#pragma unroll
    for (int r = 0; r < SIDE; r++) {
        int above = strip.row + PADDING - r;
        if (above < 0 || above % STRIDE != 0 || above / STRIDE >= shape.out_height) {
            continue;
        }
        const T* line = dy + ((i64) strip.image * shape.out_height + above / STRIDE) * shape.out_width * channels
                + channel;
        Vec<float, WIDTH> values[READ] = {};
#pragma unroll
        for (int j = 0; j < READ; j++) {
            if ((u32) (left + j) < (u32) shape.out_width) {
                values[j] = load_floats<WIDTH>(line + (i64) (left + j) * channels);
            }
        }
#pragma unroll
        for (int s = 0; s < SIDE; s++) {
            Vec<float, WIDTH> tap = load_tap(weights, r * SIDE + s);
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                if ((j + PADDING - s + STRIDE * SIDE) % STRIDE == 0) {
                    add_product(sum[j], values[floor_div(j + PADDING - s, STRIDE) - FIRST], tap);
                }
            }
        }
    }
    i64 at = (((i64) strip.image * shape.height + strip.row) * shape.width + strip.column) * channels + channel;
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) {
        if (strip.column + j < shape.width) {
            if (existing != nullptr) {
                sum[j] += load<WIDTH>(existing + at + (i64) j * channels);
            }
            store_floats(dx + at + (i64) j * channels, sum[j]);
        }
    }
}
