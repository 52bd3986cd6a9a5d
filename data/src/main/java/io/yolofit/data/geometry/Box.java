package io.yolofit.data.geometry;

/// An axis-aligned box by its corners; `x1 <= x2` and `y1 <= y2` unless the box is empty.
public record Box(double x1, double y1, double x2, double y2) {

    /// A box by its center and size.
    public static Box ofCenter(double centerX, double centerY, double width, double height) {
        return new Box(centerX - width / 2, centerY - height / 2, centerX + width / 2, centerY + height / 2);
    }

    public double width() {
        return x2 - x1;
    }

    public double height() {
        return y2 - y1;
    }

    /// The area, 0 for an empty box.
    public double area() {
        return Math.max(0, width()) * Math.max(0, height());
    }

    public Box shift(double dx, double dy) {
        return new Box(x1 + dx, y1 + dy, x2 + dx, y2 + dy);
    }

    public Box scale(double sx, double sy) {
        return new Box(x1 * sx, y1 * sy, x2 * sx, y2 * sy);
    }

    /// Clipped to the image `[0, width] x [0, height]`; empty (zero area) if the box is outside.
    public Box clip(double width, double height) {
        return new Box(Math.clamp(x1, 0, width), Math.clamp(y1, 0, height),
                Math.clamp(x2, 0, width), Math.clamp(y2, 0, height));
    }

    /// The intersection with another box; empty (zero area) if they do not overlap.
    public Box intersect(Box other) {
        double left = Math.max(x1, other.x1);
        double top = Math.max(y1, other.y1);
        return new Box(left, top, Math.max(left, Math.min(x2, other.x2)), Math.max(top, Math.min(y2, other.y2)));
    }

    /// Area shared with `other`, as a fraction of this box's own area (0 for an empty box).
    public double coveredBy(Box other) {
        double area = area();
        return area > 0 ? intersect(other).area() / area : 0;
    }

    /// Flipped horizontally in an image of the given width.
    public Box flipHorizontal(double imageWidth) {
        return new Box(imageWidth - x2, y1, imageWidth - x1, y2);
    }

    /// Flipped vertically in an image of the given height.
    public Box flipVertical(double imageHeight) {
        return new Box(x1, imageHeight - y2, x2, imageHeight - y1);
    }
}
