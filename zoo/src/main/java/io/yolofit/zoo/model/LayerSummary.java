package io.yolofit.zoo.model;

import io.yolofit.graph.Shape;
import io.yolofit.zoo.architecture.LayerSpec;

/// One row of a model, for `yolofit info`.
///
/// @param parameters trainable numbers, the fixed ramp of the head not counted
/// @param output shape for one image; of the head, of its first level's box logits
/// @param flops of one image's forward pass, a multiply-add counting as two
public record LayerSummary(LayerSpec row, int repeats, long parameters, Shape output, double flops) {
}
