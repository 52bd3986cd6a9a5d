// average_pool.cu y[n,p,q,c] = sum of x over the window / SIDE^2; dx = sum of dy over the windows / SIDE^2 (+ existing)
// shapes      x, dx, existing [n,height,width,channels], y, dy [n,out_height,out_width,channels]; a pitch for each; dx
//             may be in place of existing; window SIDE x SIDE, STRIDE and PADDING are compile-time constants
// types       T; sums in float, in row-major order, rounded once; padding counts as zeros
// launch      grid (lines, ceil(pixels of a line / blockDim.y), accesses of a pixel / blockDim.x), over y in forward,
//             over dx in backward: a thread has one 16-byte access (or one element) of one pixel and gathers; no
//             atomics
// traffic     forward: read x, write y; gradient: read dy (+ existing), write dx
// reference   ReferenceShape.average, averageGradient
#include "shape/pool.cuh"

static const int UNROLL = SIDE <= 5 ? SIDE : 1;

KERNEL average_pool_forward(const T* RESTRICT x, T* RESTRICT y, int height, int width, int out_height, int out_width,
                            u32 channels, i64 x_pitch, i64 y_pitch) {
    u32 channel = (blockIdx.z * blockDim.x + threadIdx.x) * WIDTH;
    int q = blockIdx.y * blockDim.y + threadIdx.y;
    if (q >= out_width || channel >= channels) {
        return;
    }
    i64 image = blockIdx.x / out_height;
    int top = (int) (blockIdx.x % out_height) * STRIDE - PADDING;
    int left = q * STRIDE - PADDING;
    Vec<float, WIDTH> sum = {};
#pragma unroll UNROLL
    for (int r = 0; r < SIDE; r++) {
        const T* line = x + (image * height + top + r) * width * x_pitch + channel;
#pragma unroll UNROLL
        for (int s = 0; s < SIDE; s++) {
            if ((u32) (top + r) < (u32) height && (u32) (left + s) < (u32) width) {
                sum += load<WIDTH>(line + (left + s) * x_pitch);
            }
        }
    }
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        sum.v[j] /= SIDE * SIDE;
    }
    store_floats(y + ((i64) blockIdx.x * out_width + q) * y_pitch + channel, sum);
}

// existing is null if there is none.
KERNEL average_pool_gradient(const T* RESTRICT dy, const T* existing, T* dx, int height, int width, int out_height,
                             int out_width, u32 channels, i64 dy_pitch, i64 existing_pitch, i64 dx_pitch) {
    u32 channel = (blockIdx.z * blockDim.x + threadIdx.x) * WIDTH;
    int column = blockIdx.y * blockDim.y + threadIdx.y;
    if (column >= width || channel >= channels) {
        return;
    }
    i64 image = blockIdx.x / height;
    int row = blockIdx.x % height;
    Windows down(row, row + 1, out_height);
    Windows across(column, column + 1, out_width);
    Vec<float, WIDTH> sum = {};
#pragma unroll ROWS_AT_ONCE
    for (int p = down.first; p < down.first + WINDOWS; p++) {
        const T* line = dy + (image * out_height + p) * out_width * dy_pitch + channel;
        for (int q = across.first; q < across.first + WINDOWS; q += COLUMNS_AT_ONCE) {
            Vec<T, WIDTH> loaded[COLUMNS_AT_ONCE] = {}; // zeros do not change a sum that starts with 0
#pragma unroll
            for (int i = 0; i < COLUMNS_AT_ONCE; i++) {
                if (down.has(p) && across.has(q + i)) {
                    loaded[i] = load<WIDTH>(line + (q + i) * dy_pitch);
                }
            }
#pragma unroll
            for (int i = 0; i < COLUMNS_AT_ONCE; i++) {
                sum += loaded[i];
            }
        }
    }
    i64 pixel = (i64) blockIdx.x * width + column;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        sum.v[j] /= SIDE * SIDE;
    }
    sum += load_existing<WIDTH>(existing, pixel * existing_pitch + channel);
    store_floats(dx + pixel * dx_pitch + channel, sum);
}
