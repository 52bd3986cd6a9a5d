package io.yolofit.train.options.value;

/// Height and width of the network input, pixels.
public record ImageSize(int height, int width) {
    public static ImageSize square(int side) {
        return new ImageSize(side, side);
    }

    public int longSide() {
        return Math.max(height, width);
    }
}
