package io.yolofit.data.draw;

import java.util.OptionalInt;

/// What an [Annotator] draws.
///
/// @param lineWidth   of boxes, pixels; empty for a width in proportion to the image
/// @param labels      whether class names are drawn
/// @param confidences whether a class name is followed by its confidence
/// @param boxes       whether boxes, with their labels, are drawn at all
public record DrawingStyle(OptionalInt lineWidth, boolean labels, boolean confidences, boolean boxes) {
    public static final DrawingStyle DEFAULT = new DrawingStyle(OptionalInt.empty(), true, true, true);
}
