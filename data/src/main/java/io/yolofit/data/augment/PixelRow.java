package io.yolofit.data.augment;

/// One row of pixels, a plane per channel, levels from 0 to 255. As `int`s: the compiler makes vector instructions of
/// plain loops over them, which it does not of loops over interleaved bytes.
record PixelRow(int[] red, int[] green, int[] blue) {
    static PixelRow ofWidth(int width) {
        return new PixelRow(new int[width], new int[width], new int[width]);
    }

    int width() {
        return red.length;
    }
}
