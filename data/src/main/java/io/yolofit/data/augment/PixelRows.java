package io.yolofit.data.augment;

/// A picture made row by row, when asked: what lies between the sources and the finished sample stays in the cache of a
/// core. For one thread.
interface PixelRows {
    /// Fills the row with the pixels at height y.
    void read(int y, PixelRow row);
}
