/// Blocks with attention, and those that contain them at some sizes: YOLOv10's PSA, YOLO11's C3k2 and C2PSA, YOLOv12's
/// A2C2f.
///
/// Reading order: [Attention], [AttentionLink], then the blocks.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.block`,
/// `io.yolofit.zoo.block.csp` and the JDK.
package io.yolofit.zoo.block.attention;
