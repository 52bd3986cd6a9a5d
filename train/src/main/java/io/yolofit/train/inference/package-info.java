/// From images to detections: validation of a split and prediction of single images.
///
/// Reading order: [Suppression], [Validator], [Validation], [ValidationShare] (of one of several ranks), [Predictor].
///
/// May import: `io.yolofit.data.batch`, `io.yolofit.data.image`, `io.yolofit.engine.comm`,
/// `io.yolofit.graph.op`, `io.yolofit.train.eval`, `io.yolofit.train.program`.
package io.yolofit.train.inference;
