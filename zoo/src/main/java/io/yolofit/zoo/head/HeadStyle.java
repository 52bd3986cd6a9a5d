package io.yolofit.zoo.head;

/// Shape of a branch's convolutions. On inputs of which the first has `c` channels, the box convolutions are
/// `max(16, c / 4, 4 * bins)` wide, rounded up to a multiple of the groups, and the class convolutions
/// `max(c, min(classFactor * classes, classLimit))`.
///
/// @param boxGroups groups of the second and last box convolution
/// @param depthwise whether the class convolutions are pairs of a depthwise 3x3 and a 1x1 convolution
record HeadStyle(int boxGroups, int classFactor, int classLimit, boolean depthwise) {
    /// Heads of v5u, v8 and v9.
    static final HeadStyle PLAIN = new HeadStyle(1, 1, 100, false);
    /// Heads of v10, 11, 12 and 26.
    static final HeadStyle DEPTHWISE = new HeadStyle(1, 1, 100, true);
    /// Heads of YOLOv9's authors.
    static final HeadStyle GROUPED = new HeadStyle(4, 2, 128, false);

    private static final int LEAST_BOX_WIDTH = 16;

    int boxWidth(int channels, int bins) {
        int width = Math.max(LEAST_BOX_WIDTH, Math.max(channels / 4, 4 * bins));
        return Math.ceilDiv(width, boxGroups) * boxGroups;
    }

    int classWidth(int channels, int classes) {
        return Math.max(channels, Math.min(classFactor * classes, classLimit));
    }
}
