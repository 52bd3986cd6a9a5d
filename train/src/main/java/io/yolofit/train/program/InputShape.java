package io.yolofit.train.program;

/// The batch shape that a program is compiled for; height and width are in pixels.
public record InputShape(int images, int height, int width) {
    /// Pixels of a batch.
    public long pixels() {
        return (long) images * height * width;
    }

    public static InputShape square(int images, int side) {
        return new InputShape(images, side, side);
    }
}
