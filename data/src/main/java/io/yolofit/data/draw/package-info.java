/// Annotated images: boxes with class names and scores, and grids of sample batches.
///
/// Reading order: [Annotator], [DrawingStyle], [Overlay], [Palette], [Canvas], [UnicodeText].
///
/// May import: `io.yolofit.base`, `io.yolofit.data.batch`, `io.yolofit.data.image`, `io.yolofit.graph.op` and
/// `org.bytedeco`.
package io.yolofit.data.draw;
