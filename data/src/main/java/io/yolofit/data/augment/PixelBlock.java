package io.yolofit.data.augment;

/// A few rows of pixels, one plane per channel, levels from 0 to 255. Planes of `int` because the JIT vectorizes plain
/// loops over them, but not loops over interleaved bytes.
///
/// @param width pixels per row
record PixelBlock(int width, int[] red, int[] green, int[] blue) {
    /// Long enough for vectorized loops, short enough for a dozen planes to stay in a core's L1 and L2 caches.
    private static final int PIXELS = 1280;

    /// A block of as many rows as fit, at most `height`.
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
