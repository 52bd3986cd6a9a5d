package io.yolofit.data.geometry;

import java.util.Arrays;

/// A closed polygon as a flat array `x0, y0, x1, y1, ...`; the last point connects to the first.
///
/// Functions on arrays instead of point objects, because a dataset has millions of points.
public final class Polygon {
    private Polygon() {
    }

    /// The bounding box of the points; a box of zeros if there are none.
    public static Box bounds(double[] points) {
        if (points.length == 0) {
            return new Box(0, 0, 0, 0);
        }
        double x1 = points[0];
        double y1 = points[1];
        double x2 = x1;
        double y2 = y1;
        for (int i = 2; i < points.length; i += 2) {
            x1 = Math.min(x1, points[i]);
            x2 = Math.max(x2, points[i]);
            y1 = Math.min(y1, points[i + 1]);
            y2 = Math.max(y2, points[i + 1]);
        }
        return new Box(x1, y1, x2, y2);
    }

    public static double[] shift(double[] points, double dx, double dy) {
        double[] moved = new double[points.length];
        for (int i = 0; i < points.length; i += 2) {
            moved[i] = points[i] + dx;
            moved[i + 1] = points[i + 1] + dy;
        }
        return moved;
    }

    /// Flipped horizontally in an image of the given width.
    public static double[] flipHorizontal(double[] points, double imageWidth) {
        double[] mirrored = points.clone();
        for (int i = 0; i < points.length; i += 2) {
            mirrored[i] = imageWidth - points[i];
        }
        return mirrored;
    }

    /// Flipped vertically in an image of the given height.
    public static double[] flipVertical(double[] points, double imageHeight) {
        double[] mirrored = points.clone();
        for (int i = 1; i < points.length; i += 2) {
            mirrored[i] = imageHeight - points[i];
        }
        return mirrored;
    }

    /// Clipped to `[0, width] x [0, height]` (Sutherland-Hodgman algorithm); empty if nothing is inside.
    public static double[] clip(double[] points, double width, double height) {
        Box bounds = bounds(points);
        if (bounds.x1() >= 0 && bounds.y1() >= 0 && bounds.x2() <= width && bounds.y2() <= height) {
            return points;
        }
        double[] inside = clipSide(points, 0, 1, 0);
        inside = clipSide(inside, 0, -1, -width);
        inside = clipSide(inside, 1, 1, 0);
        return clipSide(inside, 1, -1, -height);
    }

    /// Keeps the half plane `sign * coordinate >= bound`, where axis 0 is x and 1 is y.
    private static double[] clipSide(double[] points, int axis, int sign, double bound) {
        double[] kept = new double[2 * points.length + 4];
        int count = 0;
        for (int i = 0; i < points.length; i += 2) {
            int next = (i + 2) % points.length;
            double here = sign * points[i + axis] - bound;
            double there = sign * points[next + axis] - bound;
            if (here >= 0) {
                kept[count++] = points[i];
                kept[count++] = points[i + 1];
            }
            if (here >= 0 != there >= 0) {
                double t = here / (here - there);
                kept[count++] = points[i] + t * (points[next] - points[i]);
                kept[count++] = points[i + 1] + t * (points[next + 1] - points[i + 1]);
            }
        }
        return Arrays.copyOf(kept, count);
    }
}
