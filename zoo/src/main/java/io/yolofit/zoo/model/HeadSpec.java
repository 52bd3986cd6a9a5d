package io.yolofit.zoo.model;

import java.util.List;

/// Specification of a detection head, for the loss and the decoder.
///
/// @param strides of the levels, in pixels
/// @param bins of the distribution of a side's distance
/// @param path of the head's layer, such as `model.22`
public record HeadSpec(List<Integer> strides, int bins, int classes, String path) {
    public HeadSpec {
        strides = List.copyOf(strides);
    }

    /// Anchors per image, all levels together.
    public long anchors(int height, int width) {
        return strides.stream().mapToLong(stride -> (long) (height / stride) * (width / stride)).sum();
    }
}
