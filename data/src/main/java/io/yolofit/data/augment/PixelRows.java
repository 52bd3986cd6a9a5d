package io.yolofit.data.augment;

/// An image that is computed a few rows at a time on demand, so that intermediate results stay in a core's caches. Not
/// thread-safe.
interface PixelRows {
    /// Fills the block's first `rows` rows with the image's rows from y on.
    void read(int y, int rows, PixelBlock block);
}
