package io.yolofit.engine.cpu.detect;

/// How [BoxDecoder] writes a box: four numbers, in pixels of the network input.
public enum BoxFormat {
    /// Center x, center y, width, height.
    CENTER_SIZE,
    /// Left, top, right, bottom.
    CORNERS
}
