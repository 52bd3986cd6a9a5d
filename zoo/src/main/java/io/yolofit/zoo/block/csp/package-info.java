/// Blocks that process a part of their channels in a chain (cross stage partial networks), and those of YOLOv10.
///
/// Reading order: [Link], [Bottleneck], [C3], [SplitChain], then the blocks.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.block` and the
/// JDK.
package io.yolofit.zoo.block.csp;
