package io.yolofit.data.augment;

import io.yolofit.data.dataset.Label;
import io.yolofit.data.geometry.Box;
import io.yolofit.data.geometry.Homography;
import io.yolofit.data.geometry.Polygon;

/// One object of an image, in pixels of that image.
///
/// @param polygon the outline; empty if only the box is known
public record Target(int category, Box box, double[] polygon) {
    private static final double[] NO_POLYGON = {};

    public static Target ofBox(int category, Box box) {
        return new Target(category, box, NO_POLYGON);
    }

    /// A label in an image of the given size.
    static Target of(Label label, int height, int width) {
        Box box = Box.ofCenter(label.centerX(), label.centerY(), label.width(), label.height()).scale(width, height);
        double[] points = new double[label.polygon().length];
        for (int i = 0; i < points.length; i++) {
            points[i] = label.polygon()[i] * (i % 2 == 0 ? width : height);
        }
        return new Target(label.category(), box, points);
    }

    boolean hasPolygon() {
        return polygon.length > 0;
    }

    Target shift(double dx, double dy) {
        return new Target(category, box.shift(dx, dy), Polygon.shift(polygon, dx, dy));
    }

    /// Clipped to an image of the given size.
    Target clip(double width, double height) {
        return new Target(category, box.clip(width, height), Polygon.clip(polygon, width, height));
    }

    Target flipHorizontal(double imageWidth) {
        return new Target(category, box.flipHorizontal(imageWidth), Polygon.flipHorizontal(polygon, imageWidth));
    }

    Target flipVertical(double imageHeight) {
        return new Target(category, box.flipVertical(imageHeight), Polygon.flipVertical(polygon, imageHeight));
    }

    /// Mapped and clipped to the image. The box bounds the mapped polygon if there is one, else the mapped corners of
    /// the box, which overestimates the object under rotation.
    Target apply(Homography map, double width, double height) {
        if (!hasPolygon()) {
            return ofBox(category, map.apply(box).clip(width, height));
        }
        double[] visible = Polygon.clip(map.apply(polygon), width, height);
        return new Target(category, Polygon.bounds(visible).clip(width, height), visible); // removes rounding errors
    }
}
