package io.yolofit.engine.cpu.detect;

/// How [BoxDecoder] writes a box: four numbers, in pixels of the network input.
public enum BoxFormat {
    /// Centre x, centre y, width, height.
    CENTRE_SIZE,
    /// Left, top, right, bottom.
    CORNERS
}
