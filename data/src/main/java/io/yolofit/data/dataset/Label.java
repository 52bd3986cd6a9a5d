package io.yolofit.data.dataset;

import java.util.Arrays;

/// One object of an image. Lengths are fractions of the upright image's width and height.
///
/// @param category the class, from 0
/// @param polygon the outline as `x, y, x, y, ...`, whose bounds are the box; empty if the label file has only a box
public record Label(int category, float centerX, float centerY, float width, float height, float[] polygon) {
    private static final float[] NO_POLYGON = {};

    public static Label ofBox(int category, float centerX, float centerY, float width, float height) {
        return new Label(category, centerX, centerY, width, height, NO_POLYGON);
    }

    public static Label ofPolygon(int category, float[] points) {
        float x1 = points[0];
        float y1 = points[1];
        float x2 = x1;
        float y2 = y1;
        for (int i = 2; i < points.length; i += 2) {
            x1 = Math.min(x1, points[i]);
            x2 = Math.max(x2, points[i]);
            y1 = Math.min(y1, points[i + 1]);
            y2 = Math.max(y2, points[i + 1]);
        }
        return new Label(category, (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1, points);
    }

    public boolean hasPolygon() {
        return polygon.length > 0;
    }

    public Label withCategory(int newCategory) {
        return new Label(newCategory, centerX, centerY, width, height, polygon);
    }

    /// Whether class and box are equal, which makes a row a duplicate.
    boolean sameBox(Label other) {
        return category == other.category && centerX == other.centerX && centerY == other.centerY
                && width == other.width && height == other.height;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Label label && sameBox(label) && Arrays.equals(polygon, label.polygon);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new float[] {category, centerX, centerY, width, height});
    }
}
