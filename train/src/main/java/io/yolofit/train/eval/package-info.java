/// From decoded head outputs to metrics: suppression, matching, average precision, confusion matrix.
///
/// Reading order: [Predictions] and [Nms] turn the head output of one image into [Detection]s; [Matcher] finds the true
/// positives among them; [MetricsAccumulator] accumulates the images with the formulas of [AveragePrecision]; [Metrics]
/// is the result. [ConfusionMatrix] is independent of them.
///
/// Suppression and matching work on one image, are stateless and thread-safe. Detections are matched in
/// **network pixels and are not clipped to the image**: clipping raises the IoU of boxes at the border, and the
/// reference's mAP50-95 is computed without it (on BCCD clipping adds 0.002 to 0.011 to a class's AP).
///
/// May import: nothing.
package io.yolofit.train.eval;
