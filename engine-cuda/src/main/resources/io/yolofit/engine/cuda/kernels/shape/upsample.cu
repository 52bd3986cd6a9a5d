// upsample.cu y[n,h,w,c] = x[n,h/FACTOR,w/FACTOR,c]; dx = sum of dy over each FACTOR x FACTOR square (+ existing)
// shapes      x, dx, existing [lines,width,channels], where lines are the rows of all images; y, dy FACTOR times as
//             high and wide; a pitch for each; dx may be in place of existing
// types       T; sums in float in row-major order, rounded once
// launch      grid (lines, ceil(width / blockDim.y), ceil(channels / (WIDTH * blockDim.x))): a thread has one access of
//             the small image and FACTOR * FACTOR of the large one
// traffic     forward: read n, write FACTOR^2 n elements; gradient: read FACTOR^2 n (+ n), write n
// reference   ReferenceShape.upsample, upsampleGradient
#include "vector.cuh"

struct Pixel {
    u32 column;
    u32 channel;
    i64 row;   // in the small image
    i64 large; // upper left corner of its square in the large one
    u32 stride;

    INLINE Pixel(u32 width)
        : column(blockIdx.y * blockDim.y + threadIdx.y),
          channel((blockIdx.z * blockDim.x + threadIdx.x) * WIDTH), row((i64) blockIdx.x * width + column),
          large(((i64) blockIdx.x * FACTOR * width + column) * FACTOR), stride(FACTOR * width) {}
};

KERNEL upsample_forward(const T* RESTRICT x, T* RESTRICT y, u32 width, u32 channels, i64 x_pitch, i64 y_pitch) {
    Pixel pixel(width);
    if (pixel.column >= width || pixel.channel >= channels) {
        return;
    }
    Vec<T, WIDTH> values = load<WIDTH>(x + pixel.row * x_pitch + pixel.channel);
#pragma unroll
    for (int i = 0; i < FACTOR; i++) {
#pragma unroll
        for (int j = 0; j < FACTOR; j++) {
            store(y + (pixel.large + i * pixel.stride + j) * y_pitch + pixel.channel, values);
        }
    }
}

// existing is null if there is none.
KERNEL upsample_gradient(const T* dy, const T* existing, T* dx, u32 width, u32 channels, i64 dy_pitch,
                         i64 existing_pitch, i64 dx_pitch) {
    Pixel pixel(width);
    if (pixel.column >= width || pixel.channel >= channels) {
        return;
    }
    Vec<float, WIDTH> sum = {};
#pragma unroll
    for (int i = 0; i < FACTOR; i++) {
#pragma unroll
        for (int j = 0; j < FACTOR; j++) {
            sum += load<WIDTH>(dy + (pixel.large + i * pixel.stride + j) * dy_pitch + pixel.channel);
        }
    }
    sum += load_existing<WIDTH>(existing, pixel.row * existing_pitch + pixel.channel);
    store_floats(dx + pixel.row * dx_pitch + pixel.channel, sum);
}
