package io.yolofit.engine.cpu.detect;

/// The value of the detection loss over a batch.
///
/// @param box CIoU term, times its gain
/// @param cls classification term, times its gain
/// @param dfl distance term, times its gain
/// @param total the optimized value: (box + cls + dfl) x images
/// @param positives number of anchors with an assigned object
public record LossResult(double box, double cls, double dfl, double total, int positives) {
}
