// bias.cu     y[row,c] += b[c], then SiLU with SILU=1; db[c] = sum over rows of dy[row,c] (+ existing[c])
// shapes      y, dy rows of channels with a pitch (elementwise.cuh); b, db, existing vectors of the channels; db
//             may be in place of existing
// types       y, dy in T; b in float, or in T with BIAS=2; db, existing and sums in float
// launch      bias_rows: a thread keeps WIDTH biases in registers for DEPTH rows. bias_flat: y is packed and its
//             channels are not a multiple of WIDTH; it is treated as one row, and each access computes its channels.
//             Gradient: a block sums a chunk of rows into a row of partial[chunks,channels], then a block of 32x32
//             threads sums 32 columns of the partial sums
// order       sums by thread, block and chunk, the same in every run; no atomics
// traffic     bias: read n, write n elements; gradient: read n elements, write and read 4 * chunks * channels bytes
// reference   ReferenceConvolution.forward, biasGradient
#include "elementwise.cuh"
#include "reduce.cuh"

DEVICE T biased(T y, float bias) {
    float z = to_float(y) + bias;
#if SILU
    z *= sigmoid(z);
#endif
    return from_float(z);
}

DEVICE void load_all(Vec<T, WIDTH> (&values)[DEPTH], const T* y, const Share& share, i64 pitch) {
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        values[i] = load<WIDTH>(y + share.at(i, pitch), share.valid(i));
    }
}

KERNEL bias_rows(T* y, const Bias* RESTRICT bias, u64 count, u32 columns, i64 pitch) {
    Share share(count, columns);
    if (share.column >= columns) {
        return;
    }
    Vec<T, WIDTH> values[DEPTH];
    load_all(values, y, share, pitch);
    float biases[WIDTH];
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        biases[j] = to_float(bias[share.column + j]);
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            values[i].v[j] = biased(values[i].v[j], biases[j]);
        }
        store(y + share.at(i, pitch), values[i], share.valid(i));
    }
}

KERNEL bias_flat(T* y, const Bias* RESTRICT bias, u64 count, u32 columns, u32 channels) {
    Share share(count, columns);
    bool small = count <= 0xffffffffu; // a 32-bit remainder is several times faster
    Vec<T, WIDTH> values[DEPTH];
    load_all(values, y, share, columns);
#pragma unroll
    for (int i = 0; i < DEPTH && share.valid(i) > 0; i++) {
        u32 channel = small ? (u32) share.index(i) % channels : (u32) (share.index(i) % channels);
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            values[i].v[j] = biased(values[i].v[j], to_float(bias[channel]));
            channel = channel + 1 == channels ? 0 : channel + 1;
        }
        store(y + share.at(i, columns), values[i], share.valid(i));
    }
}

KERNEL bias_gradient_partial(const T* RESTRICT dy, float* RESTRICT partial, u32 rows, u32 columns, i64 pitch,
        u32 rows_of_chunk) {
    __shared__ float sums[THREADS * WIDTH];
    u32 first = blockIdx.y * blockDim.x * WIDTH;
    u32 column = first + threadIdx.x * WIDTH;
    u32 begin = blockIdx.x * rows_of_chunk;
    u32 end = min(begin + rows_of_chunk, rows);
    Vec<float, WIDTH> sum = {};
    if (column < columns) {
#pragma unroll 4
        for (u32 row = begin + threadIdx.y; row < end; row += blockDim.y) {
            sum += load<WIDTH>(dy + row * pitch + column);
        }
    }
    u32 width = blockDim.x * WIDTH;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        sums[threadIdx.y * width + threadIdx.x * WIDTH + j] = sum.v[j];
    }
    __syncthreads();
    u32 thread = threadIdx.y * blockDim.x + threadIdx.x;
    for (u32 i = thread; i < width && first + i < columns; i += blockDim.x * blockDim.y) {
        float total = 0.0f;
        for (u32 y = 0; y < blockDim.y; y++) {
            total += sums[y * width + i];
        }
        partial[(u64) blockIdx.x * columns + first + i] = total;
    }
}

// existing is null if there is none.
KERNEL bias_gradient_total(const float* RESTRICT partial, const float* existing, float* db, int chunks, int columns) {
    int column = blockIdx.x * TOTAL_SIDE + threadIdx.x;
    store_total(partial + column, columns, chunks, column < columns, existing, db, column);
}
