// max_pool.cu y[n,p,q,c] = max of x over the window; dx = sum of dy over the windows whose argmax it is (+ existing)
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
// reference   ReferenceShape.maximum, maximumGradient
#include "shape/pool.cuh"

static const int UNROLL = SIDE <= 7 ? SIDE : 1;
static const int ROWS_UNROLLED = SIDE <= 3 ? SIDE : 1; // nine loads at once, with four registers each

DEVICE int clamped(int position, int length) { return min(max(position, 0), length - 1); }

// Index of an element in a window: r * SIDE + s.
template <bool SMALL> struct PositionType { typedef u8 type; };
template <> struct PositionType<false> { typedef u16 type; };
typedef PositionType<SIDE * SIDE <= 256>::type Position;
typedef Vec<Position, WIDTH> Winners;

// The maxima of a window, and the positions of their first occurrences.
struct Maxima {
    Vec<float, WIDTH> best;
    int winner[WIDTH];
};

DEVICE Maxima maxima_of(const T* plane, int top, int left, int height, int width, i64 pitch) {
    int row = clamped(top, height);
    int column = clamped(left, width);
    Maxima it;
    Vec<T, WIDTH> first = load<WIDTH>(plane + ((i64) row * width + column) * pitch);
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        it.best.v[j] = to_float(first.v[j]);
        it.winner[j] = (row - top) * SIDE + column - left;
    }
#pragma unroll ROWS_UNROLLED
    for (int r = 0; r < SIDE; r++) {
        row = clamped(top + r, height);
        const T* line = plane + (i64) row * width * pitch;
#pragma unroll UNROLL
        for (int s = 0; s < SIDE; s++) {
            column = clamped(left + s, width);
            Vec<T, WIDTH> values = load<WIDTH>(line + column * pitch);
#pragma unroll
            for (int j = 0; j < WIDTH; j++) {
                float value = to_float(values.v[j]);
                bool wins = value > it.best.v[j];
                it.best.v[j] = wins ? value : it.best.v[j];
                it.winner[j] = wins ? (row - top) * SIDE + column - left : it.winner[j];
            }
        }
    }
    return it;
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
    const T* plane = x + (i64) image * height * width * x_pitch + channel;
    store_floats(y + ((i64) blockIdx.x * out_width + q) * y_pitch + channel,
            maxima_of(plane, top, q * STRIDE - PADDING, height, width, x_pitch).best);
}

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
    Windows down(top, bottom, out_height);
    Windows across(left, right, out_width);
    const T* plane = x + image * height * width * x_pitch + channel;
    for (int i = threadIdx.y; inside && i < down.count() * across.count(); i += blockDim.y) {
        int p = down.first + i / across.count();
        int q = across.first + i % across.count();
        Maxima it = maxima_of(plane, p * STRIDE - PADDING, q * STRIDE - PADDING, height, width, x_pitch);
        Winners won;
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            won.v[j] = (Position) it.winner[j];
        }
        winners[i * blockDim.x + threadIdx.x] = won;
    }
    __syncthreads();
    int length = right - left;
    for (int i = threadIdx.y; inside && i < (bottom - top) * length; i += blockDim.y) {
        int row = top + i / length;
        int column = left + i % length;
        i64 pixel = (image * height + row) * width + column;
        Vec<T, WIDTH> old = load_existing<WIDTH>(existing, pixel * existing_pitch + channel);
        Vec<float, WIDTH> sum = {};
        Windows rows(row, row + 1, out_height);
        Windows columns(column, column + 1, out_width);
#pragma unroll ROWS_AT_ONCE
        for (int p = rows.first; p < rows.first + WINDOWS; p++) {
            const T* line = dy + (image * out_height + p) * out_width * dy_pitch + channel;
            int start = (p - down.first) * across.count() - across.first;
            int position = (row + PADDING - p * STRIDE) * SIDE + column + PADDING;
            for (int q = columns.first; q < columns.first + WINDOWS; q += COLUMNS_AT_ONCE) {
                Vec<T, WIDTH> values[COLUMNS_AT_ONCE] = {}; // zeros do not change a sum that starts with 0
                Winners won[COLUMNS_AT_ONCE] = {};
#pragma unroll
                for (int k = 0; k < COLUMNS_AT_ONCE; k++) {
                    if (rows.has(p) && columns.has(q + k)) {
                        values[k] = load<WIDTH>(line + (q + k) * dy_pitch);
                        won[k] = winners[(start + q + k) * blockDim.x + threadIdx.x];
                    }
                }
#pragma unroll
                for (int k = 0; k < COLUMNS_AT_ONCE; k++) {
#pragma unroll
                    for (int j = 0; j < WIDTH; j++) {
                        bool mine = won[k].v[j] == position - (q + k) * STRIDE;
                        sum.v[j] += mine ? to_float(values[k].v[j]) : 0.0f;
                    }
                }
            }
        }
        sum += old;
        store_floats(dx + pixel * dx_pitch + channel, sum);
    }
}
