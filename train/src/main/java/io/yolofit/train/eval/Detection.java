package io.yolofit.train.eval;

/// One detected object: its class, its confidence in [0, 1] and its corners in pixels.
///
/// The pixel frame is that of the head output (the letterboxed network input) unless the caller moved the box;
/// corners may lie outside the image.
public record Detection(int classId, float score, float x1, float y1, float x2, float y2) {
}
