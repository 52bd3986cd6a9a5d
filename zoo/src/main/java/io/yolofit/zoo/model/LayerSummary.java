package io.yolofit.zoo.model;

import io.yolofit.graph.Shape;
import io.yolofit.zoo.architecture.LayerSpec;

/// Summary of a layer, for `yolofit info`.
///
/// @param parameters trainable ones, without the constant bin weights of the head
/// @param output shape for one image; for the head, that of the first level's box logits
/// @param flops of the inference of one image, without branches for training only; a multiply-add counts as two
public record LayerSummary(LayerSpec layer, int repeats, long parameters, Shape output, double flops) {
}
