package io.yolofit.data.augment;

/// A picture made a few rows at a time, when asked: what lies between the sources and the finished sample stays in the
/// caches of a core. For one thread.
interface PixelRows {
    /// Fills the block's first `rows` rows with those of the picture from y on.
    void read(int y, int rows, PixelBlock block);
}
