package io.yolofit.train.program;

/// What a program is compiled for: the shape of a batch.
public record InputShape(int images, int height, int width) {
    public static InputShape square(int images, int side) {
        return new InputShape(images, side, side);
    }
}
