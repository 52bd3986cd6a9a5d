// matmul_mma.cu y[n] = scale * op(a[n]) op(b[n]) (+ existing[n]), for each image n, on tensor cores
// shapes      as matmul.cu
// types       T: f16, bf16; sums in float, scaled, added to existing, rounded once
// launch      blocks of 4 warps, grid (ceil(columns / COLUMNS), ceil(rows / ROWS), images), ROWS 64, COLUMNS 32 or 64;
//             a warp has 32 rows and half of the columns; 32 terms at a time in shared memory, three stages of
//             asynchronous copies
// access      WIDTH_A and WIDTH_B elements of a and b per access, two of y and existing with PAIRED=1: the widest that
//             addresses, columns and pitches allow
// fragments   if terms are contiguous in memory, pairs are loaded directly; else by transposing ldmatrix
// traffic     read a once for every COLUMNS columns and b once for every ROWS rows, write y (+ read existing)
// reference   ReferenceAttention.product
#include "mma.cuh"

static const int TERMS = 32; // terms of a step
static const int STAGES = 3;
static const int WARP_ROWS = 32;
static const int WARP_COLUMNS = COLUMNS / 2;
static const int TILES = WARP_COLUMNS / 8; // tiles of 8 columns of a warp, an even number
static const int GAP = 8; // elements between lines in shared memory, against bank conflicts
static const int A_LINES = LEFT_TRANSPOSED ? TERMS : ROWS;
static const int A_LENGTH = LEFT_TRANSPOSED ? ROWS : TERMS;
static const int A_PITCH = A_LENGTH + GAP;
static const int B_LINES = RIGHT_TRANSPOSED ? COLUMNS : TERMS;
static const int B_LENGTH = RIGHT_TRANSPOSED ? TERMS : COLUMNS;
static const int B_PITCH = B_LENGTH + GAP;
static const int A_SIZE = A_LINES * A_PITCH;
static const int B_SIZE = B_LINES * B_PITCH;
static const int STAGE = A_SIZE + B_SIZE;

// Copies a part of a matrix, starting at a line and a column, to shared memory, with zeros outside of the matrix.
template <int LINES, int LENGTH, int WIDTH>
DEVICE void load_part(T* part, const T* RESTRICT matrix, i64 pitch, int line, int lines, int column, int columns) {
    const int pieces = LENGTH / WIDTH;
#pragma unroll
    for (int i = threadIdx.x; i < LINES * pieces; i += THREADS) {
        int l = i / pieces;
        int c = i % pieces * WIDTH;
        bool inside = line + l < lines && column + c < columns;
        const T* from = inside ? matrix + (i64) (line + l) * pitch + column + c : matrix;
        T* to = part + l * (LENGTH + GAP) + c;
        if constexpr (WIDTH == 1) {
            *to = inside ? *from : (T) 0;
        } else {
            copy_async<WIDTH * 2>(to, from, inside);
        }
    }
}

struct Matrices {
    const T* a;
    const T* b;
    i64 a_pitch, b_pitch;
    int row, column, rows, columns, terms;

    INLINE void load(T* stage, int term) const {
        if (term < terms) {
            load_part<A_LINES, A_LENGTH, WIDTH_A>(stage, a, a_pitch, LEFT_TRANSPOSED ? term : row,
                    LEFT_TRANSPOSED ? terms : rows, LEFT_TRANSPOSED ? row : term, LEFT_TRANSPOSED ? rows : terms);
            load_part<B_LINES, B_LENGTH, WIDTH_B>(stage + A_SIZE, b, b_pitch, RIGHT_TRANSPOSED ? column : term,
                    RIGHT_TRANSPOSED ? columns : terms, RIGHT_TRANSPOSED ? term : column,
                    RIGHT_TRANSPOSED ? terms : columns);
        }
        commit(); // even if empty, so that the number of groups is known
    }
};

// Accumulates 16 terms. a and b are the addresses of the warp's first row and column at the first of these terms.
DEVICE void add_terms(float (&sum)[2][TILES][4], const T* a, const T* b) {
    int lane = threadIdx.x % 32;
    int line = across_row(lane); // of the transposed matrices
    int place = across_column(lane);
    u32 left[2][4];
    u32 right[TILES][2];
#pragma unroll
    for (int m = 0; m < 2; m++) {
        if constexpr (LEFT_TRANSPOSED) {
            load_transposed(left[m], shared_address(a + line * A_PITCH + m * 16 + place));
        } else {
            const T* pair = a + (m * 16 + fragment_row(lane)) * A_PITCH + fragment_pair(lane);
            left[m][0] = load_pair(pair);
            left[m][1] = load_pair(pair + 8 * A_PITCH);
            left[m][2] = load_pair(pair + 8);
            left[m][3] = load_pair(pair + 8 * A_PITCH + 8);
        }
    }
#pragma unroll
    for (int n = 0; n < TILES; n += 2) {
        if constexpr (RIGHT_TRANSPOSED) {
            const T* pair = b + (n * 8 + fragment_row(lane)) * B_PITCH + fragment_pair(lane);
            right[n][0] = load_pair(pair);
            right[n][1] = load_pair(pair + 8);
            right[n + 1][0] = load_pair(pair + 8 * B_PITCH);
            right[n + 1][1] = load_pair(pair + 8 * B_PITCH + 8);
        } else {
            u32 both[4];
            load_transposed(both, shared_address(b + line * B_PITCH + n * 8 + place));
            right[n][0] = both[0];
            right[n + 1][0] = both[1];
            right[n][1] = both[2];
            right[n + 1][1] = both[3];
        }
    }
#pragma unroll
    for (int m = 0; m < 2; m++) {
#pragma unroll
        for (int n = 0; n < TILES; n++) {
            mma(sum[m][n], left[m], right[n][0], right[n][1]);
        }
    }
}

// Stores two neighbors of a line, the second only if both; existing is null if there is none.
DEVICE void store(T* y, const T* existing, float first, float second, bool both) {
    if constexpr (PAIRED) {
        u32 old = existing == nullptr ? 0 : load_pair(existing);
        *reinterpret_cast<u32*>(y) = pack(from_float(first + low(old)), from_float(second + high(old)));
    } else {
        y[0] = from_float(first + (existing == nullptr ? 0.0f : to_float(existing[0])));
        if (both) {
            y[1] = from_float(second + (existing == nullptr ? 0.0f : to_float(existing[1])));
        }
    }
}

KERNEL __launch_bounds__(THREADS) matmul_mma(const T* RESTRICT a, const T* RESTRICT b, const T* existing, T* y,
        int rows, int columns, int terms, i64 a_pitch, i64 b_pitch, i64 existing_pitch, i64 y_pitch, float scale) {
    __shared__ uint4 staged[STAGES * STAGE / 8];
    T* stages = reinterpret_cast<T*>(staged);
    i64 image = blockIdx.z;
    Matrices matrices = {a + image * (LEFT_TRANSPOSED ? terms : rows) * a_pitch,
            b + image * (RIGHT_TRANSPOSED ? columns : terms) * b_pitch, a_pitch, b_pitch, (int) blockIdx.y * ROWS,
            (int) blockIdx.x * COLUMNS, rows, columns, terms};
    int lane = threadIdx.x % 32;
    int warp_row = threadIdx.x / 64 * WARP_ROWS;
    int warp_column = threadIdx.x / 32 % 2 * WARP_COLUMNS;
    const int a_step = LEFT_TRANSPOSED ? A_PITCH : 1; // from term to term
    const int b_step = RIGHT_TRANSPOSED ? 1 : B_PITCH;
    int a_start = LEFT_TRANSPOSED ? warp_row : warp_row * A_PITCH;
    int b_start = RIGHT_TRANSPOSED ? warp_column * B_PITCH : warp_column;
    float sum[2][TILES][4] = {};
#pragma unroll
    for (int i = 0; i < STAGES - 1; i++) {
        matrices.load(stages + i * STAGE, i * TERMS);
    }
    int current = 0;
#pragma unroll 1
    for (int term = 0; term < terms; term += TERMS) {
        wait<STAGES - 2>();
        __syncthreads(); // this stage is complete, and all warps have read the previous one
        int free = current == 0 ? STAGES - 1 : current - 1;
        matrices.load(stages + free * STAGE, term + (STAGES - 1) * TERMS);
        const T* left = stages + current * STAGE + a_start;
        const T* right = stages + current * STAGE + A_SIZE + b_start;
#pragma unroll
        for (int t = 0; t < TERMS; t += 16) {
            add_terms(sum, left + t * a_step, right + t * b_step);
        }
        current = current == STAGES - 1 ? 0 : current + 1;
    }
#pragma unroll
    for (int i = 0; i < 2 * TILES * 2; i++) {
        int m = i / (2 * TILES);
        int n = i / 2 % TILES;
        int half = i % 2;
        int row = matrices.row + warp_row + m * 16 + half * 8 + fragment_row(lane);
        int column = matrices.column + warp_column + n * 8 + fragment_pair(lane);
        if (row < rows && column < columns) {
            i64 line = image * rows + row;
            store(y + line * y_pitch + column,
                    existing == nullptr ? nullptr : existing + line * existing_pitch + column,
                    scale * sum[m][n][half * 2], scale * sum[m][n][half * 2 + 1], column + 1 < columns);
        }
    }
}
