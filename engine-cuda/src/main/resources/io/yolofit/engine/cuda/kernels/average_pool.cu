// average_pool.cu y[n,p,q,c] = sum of x over the window / SIDE^2; dx = sum of dy over the windows / SIDE^2 (+ existing)
// shapes      x, dx, existing [n,height,width,channels], y, dy [n,out_height,out_width,channels]; a pitch for each; dx
//             may be in place of existing; window SIDE x SIDE, STRIDE and PADDING are compile-time constants
// types       T; sums in float, in row-major order, rounded once; padding counts as zeros
// launch      grid (lines, ceil(pixels of a line / blockDim.y), accesses of a pixel / blockDim.x), over y in forward,
//             over dx in backward: a thread has one 16-byte access (or one element) of one pixel and gathers; no
//             atomics
// traffic     forward: read x, write y; gradient: read dy (+ existing), write dx
// reference   ReferencePooling.average, averageGradient
#include "elementwise_tiling.cuh"

static const int UNROLL = SIDE <= 5 ? SIDE : 1;

DEVICE void add_piece(float (&sum)[WIDTH], const T* from) {
    Piece<T, WIDTH> piece = load<WIDTH>(from);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        sum[j] += to_float(piece.v[j]);
    }
}

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
    float sum[WIDTH] = {};
#pragma unroll UNROLL
    for (int r = 0; r < SIDE; r++) {
        const T* line = x + (image * height + top + r) * width * x_pitch + channel;
#pragma unroll UNROLL
        for (int s = 0; s < SIDE; s++) {
            if ((u32) (top + r) < (u32) height && (u32) (left + s) < (u32) width) {
                add_piece(sum, line + (left + s) * x_pitch);
            }
        }
    }
    Piece<T, WIDTH> result;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        result.v[j] = from_float(sum[j] / (SIDE * SIDE));
    }
    store<WIDTH>(y + ((i64) blockIdx.x * out_width + q) * y_pitch + channel, result);
}

// The first and the last window along one axis that contain a position; there is none if last < first.
DEVICE int first_window(int position) {
    int lowest = position + PADDING - SIDE + 1;
    return lowest <= 0 ? 0 : (lowest + STRIDE - 1) / STRIDE;
}

DEVICE int last_window(int position, int windows) {
    return min((position + PADDING) / STRIDE, windows - 1);
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
    int last_row = last_window(row, out_height);
    int last_column = last_window(column, out_width);
    float sum[WIDTH] = {};
    for (int p = first_window(row); p <= last_row; p++) {
        const T* line = dy + (image * out_height + p) * out_width * dy_pitch + channel;
        for (int q = first_window(column); q <= last_column; q++) {
            add_piece(sum, line + q * dy_pitch);
        }
    }
    i64 pixel = (i64) blockIdx.x * width + column;
    Piece<T, WIDTH> old = load<WIDTH>(existing + pixel * existing_pitch + channel, existing == nullptr ? 0 : WIDTH);
    Piece<T, WIDTH> result;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        result.v[j] = from_float(sum[j] / (SIDE * SIDE) + to_float(old.v[j]));
    }
    store<WIDTH>(dx + pixel * dx_pitch + channel, result);
}
