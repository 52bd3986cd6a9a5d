package io.yolofit.api;

import static java.util.Objects.requireNonNull;

/// A detected object. Its box is in pixels of the image, clipped to it; the origin is the top left corner.
///
/// @param classId    index of the class
/// @param name       of the class
/// @param confidence 0 to 1
public record DetectedObject(int classId, String name, float confidence, float x1, float y1, float x2, float y2) {
    public DetectedObject {
        requireNonNull(name, "name");
    }

    /// The width of the box, pixels.
    public float width() {
        return x2 - x1;
    }

    /// The height of the box, pixels.
    public float height() {
        return y2 - y1;
    }
}
