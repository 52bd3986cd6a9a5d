package io.yolofit.data.formats;

/// An object as an annotation file describes it: class, corners of its box, and its place for messages.
public record RawObject(String category, double x1, double y1, double x2, double y2, String place) {
    private static final double HALF = 0.5;

    /// The bounds of a box that was rotated about its center.
    ///
    /// @param degrees clockwise
    RawObject rotated(double degrees) {
        double angle = Math.toRadians(degrees);
        double cos = Math.abs(Math.cos(angle));
        double sin = Math.abs(Math.sin(angle));
        double width = x2 - x1;
        double height = y2 - y1;
        double halfWidth = HALF * (width * cos + height * sin);
        double halfHeight = HALF * (width * sin + height * cos);
        double x = HALF * (x1 + x2);
        double y = HALF * (y1 + y2);
        return new RawObject(category, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, place);
    }
}
