package io.yolofit.data.draw;

/// A box to draw, in the pixels of its image.
///
/// @param category the class number, which determines name and color
/// @param score in [0, 1], drawn after the name; NaN for ground truth
public record Overlay(int category, float score, float x1, float y1, float x2, float y2) {

    /// A ground-truth box, without a score.
    public static Overlay ofTruth(int category, float x1, float y1, float x2, float y2) {
        return new Overlay(category, Float.NaN, x1, y1, x2, y2);
    }
}
