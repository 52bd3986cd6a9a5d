/// Builders of blocks, which add nodes to a graph. Members have the names of checkpoints (`cv1`, `m.0.cv2`).
///
/// Reading order: [Scope], [Convolution] (every convolution of a model), [Inputs], [Block], then the blocks, also those
/// of `csp`, `elan` and `attention`. `io.yolofit.zoo.model.BlockCatalog` finds them by their names in model files.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.zoo.architecture` and the JDK.
package io.yolofit.zoo.block;
