package io.yolofit.data.augment;

/// A few rows of pixels, a plane per channel, levels from 0 to 255. As `int`s: the compiler makes vector instructions
/// of plain loops over them, which it does not of loops over interleaved bytes.
///
/// @param width pixels of a row
record PixelBlock(int width, int[] red, int[] green, int[] blue) {
    /// Long enough for such loops to reach their speed, short enough for a dozen planes to stay in a core's caches.
    private static final int PIXELS = 1280;

    /// As many rows as make a good block, but no more than there are.
    static PixelBlock of(int width, int height) {
        int pixels = width * Math.clamp(PIXELS / width, 1, height);
        return new PixelBlock(width, new int[pixels], new int[pixels], new int[pixels]);
    }

    int pixels() {
        return red.length;
    }

    int rows() {
        return red.length / width;
    }
}
