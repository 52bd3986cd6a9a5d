package io.yolofit.engine.cpu.detect;

/// Format of the four numbers that [BoxDecoder] writes per box, in pixels of the network input.
public enum BoxFormat {
    /// Center x, center y, width, height.
    CENTER_SIZE,
    /// Left, top, right, bottom.
    CORNERS
}
