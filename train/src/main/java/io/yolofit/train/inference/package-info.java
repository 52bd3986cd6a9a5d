/// From images to detections: validation of a split, prediction of single images.
///
/// Reading order: [Suppression], [Validator], [Validation], [Predictor].
///
/// May import: `io.yolofit.data`, `io.yolofit.train.program`, `io.yolofit.train.eval`.
package io.yolofit.train.inference;
