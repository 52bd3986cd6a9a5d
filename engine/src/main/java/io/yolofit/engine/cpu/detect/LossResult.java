package io.yolofit.engine.cpu.detect;

/// The value of the detection loss over a batch.
///
/// @param box CIoU item, times its gain
/// @param cls classification item, times its gain
/// @param dfl distance item, times its gain
/// @param total the number that is trained on: (box + cls + dfl) x images
/// @param positives anchors that were given an object
public record LossResult(double box, double cls, double dfl, double total, int positives) {
}
