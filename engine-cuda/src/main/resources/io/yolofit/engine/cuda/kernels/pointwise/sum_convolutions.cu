// sum_convolutions.cu    weight and bias of the sum of two convolutions
//
// formula     w' = w, plus v at its center; b' = b + c
// shapes      w, w' [K, R, S, columns], v [K, r, s, columns] with a pitch each; b, c, b' [K]; R - r and S - s even
// types       operands float; w', b' in T; arithmetic in float, rounded once
// launch      grid (K, ceil(R * S / blockDim.y)); a block strides over the columns of its taps
// traffic     read both weights, write one; once per inference, never in a training step
// reference   ReferencePointwise.sum
#include "types.cuh"

KERNEL sum_convolutions(const float* RESTRICT w, const float* RESTRICT b, const float* RESTRICT v,
            const float* RESTRICT c, T* RESTRICT weight, T* RESTRICT bias, int rows, int cols, int v_rows, int v_cols,
            u32 columns, i64 w_pitch, i64 v_pitch, i64 weight_pitch) {
    u32 k = blockIdx.x;
    int tap = blockIdx.y * blockDim.y + threadIdx.y;
    if (tap < rows * cols) {
        i64 row = (i64) k * rows * cols + tap;
        int r = tap / cols - (rows - v_rows) / 2;
        int s = tap % cols - (cols - v_cols) / 2;
        bool inside = r >= 0 && r < v_rows && s >= 0 && s < v_cols;
        i64 v_row = inside ? ((i64) k * v_rows + r) * v_cols + s : 0;
        for (u32 column = threadIdx.x; column < columns; column += blockDim.x) {
            float value = w[row * w_pitch + column];
            weight[row * weight_pitch + column] = from_float(inside ? value + v[v_row * v_pitch + column] : value);
        }
    }
    if (blockIdx.y == 0 && threadIdx.x == 0 && threadIdx.y == 0) {
        bias[k] = from_float(b[k] + c[k]);
    }
}
