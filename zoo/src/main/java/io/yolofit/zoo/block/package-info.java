/// What a row's block adds to the graph. Members are named as checkpoints name them (`cv1`, `m.0.cv2`).
///
/// Reading order: [Scope], [Convolution] (every convolution of a model), [Block], [BlockCatalog], then the blocks.
///
/// May import: `io.yolofit.zoo.architecture`, `io.yolofit.graph`.
package io.yolofit.zoo.block;
