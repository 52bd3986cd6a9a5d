package io.yolofit.graph.reference;

import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;

/// Dimensions of a rank-4 tensor, such as `[images, height, width, channels]`, with row-major indexing.
record Images(int images, int height, int width, int channels) {
    static Images of(Value value) {
        return of(value.shape());
    }

    static Images of(Shape shape) {
        return new Images(Math.toIntExact(shape.dim(0)), Math.toIntExact(shape.dim(1)), Math.toIntExact(shape.dim(2)),
                Math.toIntExact(shape.dim(3)));
    }

    int count() {
        return images * height * width * channels;
    }

    int pixels() {
        return images * height * width;
    }

    int at(int image, int row, int column, int channel) {
        return ((image * height + row) * width + column) * channels + channel;
    }

    boolean contains(int row, int column) {
        return row >= 0 && row < height && column >= 0 && column < width;
    }
}
