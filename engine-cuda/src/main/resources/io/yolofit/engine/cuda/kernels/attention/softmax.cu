// softmax.cu  y[r,i] = exp(x[r,i] - max x[r]) / sum over j of exp(x[r,j] - max x[r])
//             dx[r,i] = y[r,i] * (dy[r,i] - sum over j of dy[r,j] * y[r,j])
// shapes      all [rows,columns], a pitch for each; a result may be in place of an operand
// types       T; maxima, sums and exponentials in float, rounded once
// launch      block (32, warps), grid ceil(rows / warps): a warp has a row and makes three passes over it, two for the
//             gradient; it writes a part after its last read of it
// traffic     forward: read n, write n elements; gradient: read 2n, write n; later passes read the row from the caches
// reference   ReferenceAttention.softmax, softmaxGradient
#include "reduce.cuh"

static const int STEP = 32 * WIDTH;

KERNEL softmax_forward(const T* x, T* y, i64 rows, int columns, i64 x_pitch, i64 y_pitch) {
    i64 row = (i64) blockIdx.x * blockDim.y + threadIdx.y;
    if (row >= rows) {
        return;
    }
    const T* from = x + row * x_pitch;
    int first = threadIdx.x * WIDTH;
    float largest = __uint_as_float(0xff800000u); // minus infinity
    for (int i = first; i < columns; i += STEP) {
        Vec<T, WIDTH> values = load<WIDTH>(from + i);
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            largest = fmaxf(largest, to_float(values.v[j]));
        }
    }
    largest = warp_max(largest);
    float sum = 0.0f;
    for (int i = first; i < columns; i += STEP) {
        Vec<T, WIDTH> values = load<WIDTH>(from + i);
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            sum += expf(to_float(values.v[j]) - largest);
        }
    }
    float factor = 1.0f / warp_sum(sum);
    for (int i = first; i < columns; i += STEP) {
        Vec<T, WIDTH> values = load<WIDTH>(from + i);
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            values.v[j] = from_float(expf(to_float(values.v[j]) - largest) * factor);
        }
        store(y + row * y_pitch + i, values);
    }
}

KERNEL softmax_gradient(const T* dy, const T* y, T* dx, i64 rows, int columns, i64 dy_pitch, i64 y_pitch,
        i64 dx_pitch) {
    i64 row = (i64) blockIdx.x * blockDim.y + threadIdx.y;
    if (row >= rows) {
        return;
    }
    const T* gradients = dy + row * dy_pitch;
    const T* shares = y + row * y_pitch;
    int first = threadIdx.x * WIDTH;
    float sum = 0.0f;
    for (int i = first; i < columns; i += STEP) {
        Vec<T, WIDTH> gradient = load<WIDTH>(gradients + i);
        Vec<T, WIDTH> share = load<WIDTH>(shares + i);
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            sum += to_float(gradient.v[j]) * to_float(share.v[j]);
        }
    }
    sum = warp_sum(sum);
    for (int i = first; i < columns; i += STEP) {
        Vec<T, WIDTH> gradient = load<WIDTH>(gradients + i);
        Vec<T, WIDTH> share = load<WIDTH>(shares + i);
#pragma unroll
        for (int j = 0; j < WIDTH; j++) {
            gradient.v[j] = from_float(to_float(share.v[j]) * (to_float(gradient.v[j]) - sum));
        }
        store(dx + row * dx_pitch + i, gradient);
    }
}
