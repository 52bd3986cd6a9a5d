// pool.cu     y[n,p,q,c] = max of x over the window; dx = sum of dy over the windows whose argmax it is (+ existing)
// shapes      x, dx, existing [n,height,width,channels], y, dy [n,out_height,out_width,channels]; a pitch for each; dx
//             may be in place of existing; window SIDE x SIDE, STRIDE and PADDING are compile-time constants
// types       T, compared and summed in float, in row-major order, rounded once
// argmax      the first of equal elements in row-major order; never padding; NaN only if it is first in the window.
//             Positions outside of the image are clamped to its edge, which is in the window anyway; visiting an
//             element twice does not change the argmax. So no load needs a condition
// launch      forward: grid (n * out_height, ceil(out_width / blockDim.y), accesses of a pixel / blockDim.x); a thread
//             has one access. Gradient: grid (n * tiles, accesses of a pixel / blockDim.x); a block computes the argmax
//             of all windows that overlap its tile, keeps them in shared memory, and gathers; no atomics
// traffic     forward: read x, write y; gradient: read x, dy (+ existing), write dx; the halos of tiles are read twice
// reference   ReferencePooling.maximum, maximumGradient
#include "elementwise_tiling.cuh"

static const int UNROLL = SIDE <= 7 ? SIDE : 1;

DEVICE int clamped(int position, int length) {
    return min(max(position, 0), length - 1);
}

KERNEL pool_forward(const T* RESTRICT x, T* RESTRICT y, int height, int width, int out_height, int out_width,
                    u32 channels, i64 x_pitch, i64 y_pitch) {
    u32 channel = (blockIdx.z * blockDim.x + threadIdx.x) * WIDTH;
    int q = blockIdx.y * blockDim.y + threadIdx.y;
    if (q >= out_width || channel >= channels) {
        return;
    }
    u32 image = blockIdx.x / out_height;
    int top = (int) (blockIdx.x % out_height) * STRIDE - PADDING;
    int left = q * STRIDE - PADDING;
    const T* plane = x + (i64) image * height * width * x_pitch + channel;
    Piece<T, WIDTH> first = load<WIDTH>(plane + ((i64) clamped(top, height) * width + clamped(left, width)) * x_pitch);
    float best[WIDTH];
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        best[j] = to_float(first.v[j]);
    }
#pragma unroll 1
    for (int r = 0; r < SIDE; r++) {
        const T* line = plane + (i64) clamped(top + r, height) * width * x_pitch;
#pragma unroll UNROLL
        for (int s = 0; s < SIDE; s++) {
            Piece<T, WIDTH> piece = load<WIDTH>(line + clamped(left + s, width) * x_pitch);
#pragma unroll
            for (int j = 0; j < WIDTH; j++) {
                float value = to_float(piece.v[j]);
                best[j] = value > best[j] ? value : best[j];
            }
        }
    }
    Piece<T, WIDTH> result;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        result.v[j] = from_float(best[j]);
    }
    store<WIDTH>(y + ((i64) blockIdx.x * out_width + q) * y_pitch + channel, result);
}

// Index of an element in a window: r * SIDE + s.
template <bool SMALL> struct PositionType { typedef u8 type; };
template <> struct PositionType<false> { typedef u16 type; };
typedef PositionType<SIDE * SIDE <= 256>::type Position;
typedef Piece<Position, WIDTH> Winners;

DEVICE Winners winners_of(const T* plane, int top, int left, int height, int width, i64 pitch) {
    int row = clamped(top, height);
    int column = clamped(left, width);
    Piece<T, WIDTH> first = load<WIDTH>(plane + ((i64) row * width + column) * pitch);
    float best[WIDTH];
    int winner[WIDTH];
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        best[j] = to_float(first.v[j]);
        winner[j] = (row - top) * SIDE + column - left;
    }
#pragma unroll 1
    for (int r = 0; r < SIDE; r++) {
        row = clamped(top + r, height);
#pragma unroll UNROLL
        for (int s = 0; s < SIDE; s++) {
            column = clamped(left + s, width);
            int position = (row - top) * SIDE + column - left;
            Piece<T, WIDTH> piece = load<WIDTH>(plane + ((i64) row * width + column) * pitch);
#pragma unroll
            for (int j = 0; j < WIDTH; j++) {
                float value = to_float(piece.v[j]);
                bool wins = value > best[j];
                best[j] = wins ? value : best[j];
                winner[j] = wins ? position : winner[j];
            }
        }
    }
    Winners winners;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        winners.v[j] = (Position) winner[j];
    }
    return winners;
}

// The windows along one axis that overlap the pixels [begin, end).
struct Range {
    int first;
    int count;

    __device__ __forceinline__ Range(int begin, int end, int windows) {
        int lowest = begin + PADDING - SIDE + 1;
        first = lowest <= 0 ? 0 : (lowest + STRIDE - 1) / STRIDE;
        count = max(min((end - 1 + PADDING) / STRIDE, windows - 1) - first + 1, 0);
    }
};

// existing is null if there is none; an image has tile_lines x tiles tiles.
KERNEL pool_gradient(const T* RESTRICT x, const T* RESTRICT dy, const T* existing, T* dx, int height, int width,
                     int out_height, int out_width, u32 channels, i64 x_pitch, i64 dy_pitch, i64 existing_pitch,
                     i64 dx_pitch, int tile_height, int tile_width, int tile_lines, int tiles) {
    extern __shared__ Winners winners[];
    u32 channel = (blockIdx.y * blockDim.x + threadIdx.x) * WIDTH;
    bool inside = channel < channels;
    i64 image = blockIdx.x / (tile_lines * tiles);
    int top = (int) (blockIdx.x / tiles % tile_lines) * tile_height;
    int left = (int) (blockIdx.x % tiles) * tile_width;
    int bottom = min(top + tile_height, height);
    int right = min(left + tile_width, width);
    Range down(top, bottom, out_height);
    Range across(left, right, out_width);
    const T* plane = x + image * height * width * x_pitch + channel;
    for (int i = threadIdx.y; inside && i < down.count * across.count; i += blockDim.y) {
        int p = down.first + i / across.count;
        int q = across.first + i % across.count;
        winners[i * blockDim.x + threadIdx.x] =
            winners_of(plane, p * STRIDE - PADDING, q * STRIDE - PADDING, height, width, x_pitch);
    }
    __syncthreads();
    int columns = right - left;
    for (int i = threadIdx.y; inside && i < (bottom - top) * columns; i += blockDim.y) {
        int row = top + i / columns;
        int column = left + i % columns;
        i64 pixel = (image * height + row) * width + column;
        Piece<T, WIDTH> old = load<WIDTH>(existing + pixel * existing_pitch + channel,
                                          existing == nullptr ? 0 : WIDTH);
        float sum[WIDTH] = {};
        Range rows(row, row + 1, out_height);
        Range windows(column, column + 1, out_width);
        for (int p = rows.first; p < rows.first + rows.count; p++) {
            const T* line = dy + (image * out_height + p) * out_width * dy_pitch + channel;
            int start = (p - down.first) * across.count - across.first;
            int position = (row + PADDING - p * STRIDE) * SIDE + column + PADDING;
#pragma unroll UNROLL
            for (int q = windows.first; q < windows.first + windows.count; q++) {
                Winners won = winners[(start + q) * blockDim.x + threadIdx.x];
                Piece<T, WIDTH> piece = load<WIDTH>(line + q * dy_pitch);
#pragma unroll
                for (int j = 0; j < WIDTH; j++) {
                    sum[j] += won.v[j] == position - q * STRIDE ? to_float(piece.v[j]) : 0.0f;
                }
            }
        }
        Piece<T, WIDTH> result;
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            result.v[j] = from_float(sum[j] + to_float(old.v[j]));
        }
        store<WIDTH>(dx + pixel * dx_pitch + channel, result);
    }
}
