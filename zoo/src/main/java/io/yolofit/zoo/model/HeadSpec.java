package io.yolofit.zoo.model;

import java.util.List;

/// What a detection head is, as the loss and the decoder need to know it.
///
/// @param strides of the levels, in pixels
/// @param bins of a side's distance
/// @param path of the head's row, as `model.22`
public record HeadSpec(List<Integer> strides, int bins, int classes, String path) {
    public HeadSpec {
        strides = List.copyOf(strides);
    }

    /// Images must be a multiple of this high and wide.
    public int largestStride() {
        return strides.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    /// Anchors of an image of that size, all levels together.
    public long anchors(int height, int width) {
        return strides.stream().mapToLong(stride -> (long) (height / stride) * (width / stride)).sum();
    }
}
