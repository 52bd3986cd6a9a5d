// average_pool.cu y[n,p,q,c] = sum of x over the window / SIDE^2; dx = sum of dy over the windows / SIDE^2 (+ existing)
// shapes      x, dx, existing [n,height,width,channels], y, dy [n,out_height,out_width,channels]; a pitch for each; dx
//             may be in place of existing; window SIDE x SIDE, STRIDE and PADDING are compile-time constants
// types       T; sums in float, in row-major order, rounded once; padding counts as zeros
// launch      grid (ceil(lines / LINES), ceil(pixels of a line / blockDim.y), accesses of a pixel / blockDim.x), over y
//             in forward, over dx in backward: a thread has one 16-byte access (or one element) of a pixel of each of
//             LINES lines, whose loads are in flight together, and gathers; no atomics
// traffic     forward: read x, write y; gradient: read dy (+ existing), write dx
// reference   ReferenceShape.average, averageGradient
#include "shape/pool.cuh"

static const int SIDE_AT_ONCE = SIDE <= 5 ? SIDE : 1; // elements of a window's row that are loaded before one is added
static const int UNROLL = SIDE <= 3 ? SIDE : 1; // rows of a window

// Sum over a window. Zeros outside of the image do not change a sum that starts with 0.
DEVICE Vec<float, WIDTH> window_sum(const T* RESTRICT plane, int top, int left, int height, int width, i64 pitch) {
    Vec<float, WIDTH> sum = {};
#pragma unroll UNROLL
    for (int r = 0; r < SIDE; r++) {
        const T* line = plane + (i64) (top + r) * width * pitch;
        for (int s = 0; s < SIDE; s += SIDE_AT_ONCE) {
            Vec<T, WIDTH> loaded[SIDE_AT_ONCE] = {};
#pragma unroll
            for (int i = 0; i < SIDE_AT_ONCE; i++) {
                int column = left + s + i;
                if ((u32) (top + r) < (u32) height && (u32) column < (u32) width) {
                    loaded[i] = load<WIDTH>(line + column * pitch);
                }
            }
#pragma unroll
            for (int i = 0; i < SIDE_AT_ONCE; i++) sum += loaded[i];
        }
    }
    return sum;
}

// Sum over the windows that have a pixel.
DEVICE Vec<float, WIDTH> gradient_sum(const T* plane, const Windows& down, const Windows& across, int out_width,
        i64 pitch) {
    Vec<float, WIDTH> sum = {};
#pragma unroll ROWS_AT_ONCE
    for (int p = down.first; p < down.first + WINDOWS; p++) {
        const T* line = plane + (i64) p * out_width * pitch;
        for (int q = across.first; q < across.first + WINDOWS; q += COLUMNS_AT_ONCE) {
            Vec<T, WIDTH> loaded[COLUMNS_AT_ONCE] = {};
#pragma unroll
            for (int i = 0; i < COLUMNS_AT_ONCE; i++) {
                if (down.has(p) && across.has(q + i)) loaded[i] = load<WIDTH>(line + (q + i) * pitch);
            }
#pragma unroll
            for (int i = 0; i < COLUMNS_AT_ONCE; i++) sum += loaded[i];
        }
    }
    return sum;
}

DEVICE void average(Vec<float, WIDTH>& sum) {
#pragma unroll
    for (int j = 0; j < WIDTH; j++) sum.v[j] /= SIDE * SIDE;
}

KERNEL average_pool_forward(const T* RESTRICT x, T* RESTRICT y, u32 lines, int height, int width, int out_height,
                            int out_width, u32 channels, i64 x_pitch, i64 y_pitch) {
    u32 channel = (blockIdx.z * blockDim.x + threadIdx.x) * WIDTH;
    int q = blockIdx.y * blockDim.y + threadIdx.y;
    if (q >= out_width || channel >= channels) {
        return;
    }
    u32 first = blockIdx.x * LINES;
    Vec<float, WIDTH> sums[LINES];
#pragma unroll
    for (int i = 0; i < LINES; i++) {
        u32 line = min(first + i, lines - 1);
        const T* plane = x + (i64) (line / out_height) * height * width * x_pitch + channel;
        sums[i] = window_sum(plane, (int) (line % out_height) * STRIDE - PADDING, q * STRIDE - PADDING, height, width,
                x_pitch);
    }
#pragma unroll
    for (int i = 0; i < LINES; i++) {
        average(sums[i]);
        if (first + i < lines) store_floats(y + ((i64) (first + i) * out_width + q) * y_pitch + channel, sums[i]);
    }
}

// existing is null if there is none. A thread loads from all its pixels before it writes one.
KERNEL average_pool_gradient(const T* RESTRICT dy, const T* existing, T* dx, u32 lines, int height, int width,
                             int out_height, int out_width, u32 channels, i64 dy_pitch, i64 existing_pitch,
                             i64 dx_pitch) {
    u32 channel = (blockIdx.z * blockDim.x + threadIdx.x) * WIDTH;
    int column = blockIdx.y * blockDim.y + threadIdx.y;
    if (column >= width || channel >= channels) {
        return;
    }
    u32 first = blockIdx.x * LINES;
    Windows across(column, column + 1, out_width);
    Vec<float, WIDTH> sums[LINES];
    Vec<T, WIDTH> old[LINES];
#pragma unroll
    for (int i = 0; i < LINES; i++) {
        u32 line = min(first + i, lines - 1);
        int row = line % height;
        const T* plane = dy + (i64) (line / height) * out_height * out_width * dy_pitch + channel;
        sums[i] = gradient_sum(plane, Windows(row, row + 1, out_height), across, out_width, dy_pitch);
        old[i] = load_existing<WIDTH>(existing, ((i64) line * width + column) * existing_pitch + channel);
    }
#pragma unroll
    for (int i = 0; i < LINES; i++) {
        average(sums[i]);
        sums[i] += old[i];
        if (first + i < lines) store_floats(dx + ((i64) (first + i) * width + column) * dx_pitch + channel, sums[i]);
    }
}
