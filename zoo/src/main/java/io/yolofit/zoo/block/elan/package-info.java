/// Blocks of YOLOv9: efficient layer aggregation, downsampling by pools, and the links of its auxiliary branch.
///
/// Reading order: [RepConv], [ElanBlock], then the blocks.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.block`,
/// `io.yolofit.zoo.block.csp` and the JDK.
package io.yolofit.zoo.block.elan;
