// bias.cu     y[row,c] += b[c], then SiLU with SILU=1; db[c] = sum over rows of dy[row,c] (+ existing[c])
// shapes      y, dy rows of channels with a pitch (elementwise_tiling.cuh); b, db, existing vectors of the channels; db
//             may be in place of existing
// types       y, dy in T; b in float, or in T with BIAS_T defined; db, existing and sums in float
// launch      bias_rows: a thread keeps WIDTH biases in registers for DEPTH rows. bias_flat: y is packed and its
//             channels are not a multiple of WIDTH; it is treated as one row, and each access computes its channels.
//             Gradient: a block sums a chunk of rows into a row of partial[chunks,channels], then a block of 32x32
//             threads sums 32 columns of the partial sums
// order       sums by thread, block and chunk, the same in every run; no atomics
// traffic     bias: read n, write n elements; gradient: read n elements, write and read 4 * chunks * channels bytes
// reference   ReferenceConvolution.forward, biasGradient
#include "elementwise_tiling.cuh"

#if defined(BIAS_T)
typedef T Bias;
DEVICE float bias_to_float(Bias x) { return to_float(x); }
#else
typedef float Bias;
DEVICE float bias_to_float(Bias x) { return x; }
#endif

DEVICE T biased(T y, float bias) {
    float z = to_float(y) + bias;
#if SILU
    z *= sigmoid(z);
#endif
    return from_float(z);
}

KERNEL bias_rows(T* y, const Bias* RESTRICT bias, u64 count, u32 columns, i64 pitch) {
    Share share(count, columns);
    if (share.column >= columns) {
        return;
    }
    Piece<T, WIDTH> pieces[DEPTH];
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        pieces[i] = load<WIDTH>(y + share.at(i, pitch), share.valid(i));
    }
    float biases[WIDTH];
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        biases[j] = bias_to_float(bias[share.column + j]);
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            pieces[i].v[j] = biased(pieces[i].v[j], biases[j]);
        }
        store<WIDTH>(y + share.at(i, pitch), pieces[i], share.valid(i));
    }
}

KERNEL bias_flat(T* y, const Bias* RESTRICT bias, u64 count, u32 columns, u32 channels) {
    Share share(count, columns);
    bool small = count <= 0xffffffffu; // a 32-bit remainder is several times faster
    Piece<T, WIDTH> pieces[DEPTH];
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        pieces[i] = load<WIDTH>(y + share.at(i, columns), share.valid(i));
    }
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
        if (share.valid(i) == 0) {
            continue;
        }
        u32 channel = small ? (u32) share.index(i) % channels : (u32) (share.index(i) % channels);
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            pieces[i].v[j] = biased(pieces[i].v[j], bias_to_float(bias[channel]));
            channel = channel + 1 == channels ? 0 : channel + 1;
        }
        store<WIDTH>(y + share.at(i, columns), pieces[i], share.valid(i));
    }
}

static const int MAXIMUM_THREADS = 256;

KERNEL bias_gradient_partial(const T* RESTRICT dy, float* RESTRICT partial, u32 rows, u32 columns, i64 pitch,
                             u32 rows_of_chunk) {
    __shared__ float sums[MAXIMUM_THREADS * WIDTH];
    u32 first = blockIdx.y * blockDim.x * WIDTH;
    u32 column = first + threadIdx.x * WIDTH;
    u32 begin = blockIdx.x * rows_of_chunk;
    u32 end = min(begin + rows_of_chunk, rows);
    float sum[WIDTH] = {};
    if (column < columns) {
#pragma unroll 4
        for (u32 row = begin + threadIdx.y; row < end; row += blockDim.y) {
            Piece<T, WIDTH> piece = load<WIDTH>(dy + row * pitch + column);
#pragma unroll
            for (int j = 0; j < WIDTH; j++) {
                sum[j] += to_float(piece.v[j]);
            }
        }
    }
    u32 width = blockDim.x * WIDTH;
#pragma unroll
    for (int j = 0; j < WIDTH; j++) {
        sums[threadIdx.y * width + threadIdx.x * WIDTH + j] = sum[j];
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

static const int SIDE = 32;

// existing is null if there is none.
KERNEL bias_gradient_total(const float* RESTRICT partial, const float* existing, float* db, u32 chunks, u32 columns) {
    __shared__ float sums[SIDE][SIDE];
    u32 column = blockIdx.x * SIDE + threadIdx.x;
    float sum = 0.0f;
    if (column < columns) {
#pragma unroll 4
        for (u32 chunk = threadIdx.y; chunk < chunks; chunk += SIDE) {
            sum += partial[(u64) chunk * columns + column];
        }
    }
    sums[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y == 0 && column < columns) {
        float total = 0.0f;
        for (int y = 0; y < SIDE; y++) {
            total += sums[y][threadIdx.x];
        }
        db[column] = existing == nullptr ? total : existing[column] + total;
    }
}
