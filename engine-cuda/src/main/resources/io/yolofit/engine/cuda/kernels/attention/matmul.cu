// matmul.cu   y[n] = scale * op(a[n]) op(b[n]) (+ existing[n]), for each image n, without tensor cores
// shapes      y, existing [images,rows,columns]; a [images,rows,terms], with LEFT_TRANSPOSED=1 [images,terms,rows];
//             b [images,terms,columns], with RIGHT_TRANSPOSED=1 [images,columns,terms]; a pitch for each; images are
//             contiguous; y may be in place of existing
// types       T; sums in float in the order of the terms, scaled, added to existing, rounded once
// launch      blocks of THREADS, grid (ceil(columns / TILE), ceil(rows / TILE), images), two resident; a thread has
//             elements of a TILE x TILE tile, 16 rows and 16 columns apart; 16 terms at a time in shared memory
// traffic     read a once for every TILE columns and b once for every TILE rows, write y (+ read existing)
// reference   ReferenceAttention.product
#include "types.cuh"

static const int TERMS = 16; // terms of a step
static const int PITCH = TILE + 4;
static const int THREADS_A_SIDE = 16; // of THREADS
static const int EACH = TILE / THREADS_A_SIDE; // elements of a thread along each axis

// Loads TERMS terms, starting at `term`, of TILE rows or columns, starting at `place`. The lines of the matrix are
// terms or places.
template <bool LINES_ARE_TERMS>
DEVICE void load_tile(float (&tile)[TERMS][PITCH], const T* RESTRICT matrix, i64 pitch, int place, int places,
        int term, int terms) {
#pragma unroll
    for (int i = threadIdx.x; i < TERMS * TILE; i += THREADS) {
        int t = LINES_ARE_TERMS ? i / TILE : i % TERMS;
        int p = LINES_ARE_TERMS ? i % TILE : i / TERMS;
        i64 line = LINES_ARE_TERMS ? term + t : place + p;
        int column = LINES_ARE_TERMS ? place + p : term + t;
        bool inside = term + t < terms && place + p < places;
        tile[t][p] = inside ? to_float(matrix[line * pitch + column]) : 0.0f;
    }
}

// existing is null if there is none.
KERNEL __launch_bounds__(THREADS, 2) matmul(const T* RESTRICT a, const T* RESTRICT b, const T* existing, T* y,
        int rows, int columns, int terms, i64 a_pitch, i64 b_pitch, i64 existing_pitch, i64 y_pitch, float scale) {
    __shared__ float left[TERMS][PITCH];
    __shared__ float right[TERMS][PITCH];
    i64 image = blockIdx.z;
    int row = blockIdx.y * TILE;
    int column = blockIdx.x * TILE;
    const T* image_a = a + image * (LEFT_TRANSPOSED ? terms : rows) * a_pitch;
    const T* image_b = b + image * (RIGHT_TRANSPOSED ? columns : terms) * b_pitch;
    int x = threadIdx.x % THREADS_A_SIDE;
    int z = threadIdx.x / THREADS_A_SIDE;
    float sum[EACH][EACH] = {};
    for (int term = 0; term < terms; term += TERMS) {
        __syncthreads(); // all threads have read the previous tiles
        load_tile<LEFT_TRANSPOSED>(left, image_a, a_pitch, row, rows, term, terms);
        load_tile<!RIGHT_TRANSPOSED>(right, image_b, b_pitch, column, columns, term, terms);
        __syncthreads();
#pragma unroll
        for (int t = 0; t < TERMS; t++) {
#pragma unroll
            for (int i = 0; i < EACH; i++) {
#pragma unroll
                for (int j = 0; j < EACH; j++) {
                    sum[i][j] += left[t][z + i * THREADS_A_SIDE] * right[t][x + j * THREADS_A_SIDE];
                }
            }
        }
    }
#pragma unroll
    for (int i = 0; i < EACH; i++) {
#pragma unroll
        for (int j = 0; j < EACH; j++) {
            int r = row + z + i * THREADS_A_SIDE;
            int c = column + x + j * THREADS_A_SIDE;
            if (r < rows && c < columns) {
                i64 line = image * rows + r;
                float old = existing == nullptr ? 0.0f : to_float(existing[line * existing_pitch + c]);
                y[line * y_pitch + c] = from_float(scale * sum[i][j] + old);
            }
        }
    }
}
