/// From decoded head outputs to the figures people compare: suppression, matching, average precision, confusion matrix.
///
/// Reading order: [io.yolofit.train.eval.Predictions] and [io.yolofit.train.eval.Nms] turn one image's head output
/// into [io.yolofit.train.eval.Detection]s; [io.yolofit.train.eval.Matcher] decides which of them are true positives;
/// [io.yolofit.train.eval.MetricsAccumulator] gathers the images and [io.yolofit.train.eval.AveragePrecision] holds the
/// arithmetic; [io.yolofit.train.eval.Metrics] is the result. [io.yolofit.train.eval.ConfusionMatrix] stands beside it.
///
/// Suppression and matching work on one image, keep no state and may run on any thread. Detections are matched in
/// **network pixels and are not clipped to the image**: clipping raises the IoU of boxes at the border, and the
/// reference's mAP50-95 is computed without it (on BCCD clipping adds 0.002 to 0.011 to a class's AP).
///
/// May import the JDK only.
package io.yolofit.train.eval;
