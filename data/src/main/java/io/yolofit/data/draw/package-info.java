/// Pictures for people: boxes with class names and scores on images, and sheets of sample batches.
///
/// Reading order: [Annotator], [Overlay], [Palette], [Canvas]. May import `image` and `batch`.
package io.yolofit.data.draw;
