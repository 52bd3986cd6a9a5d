package io.yolofit.data.formats;

import java.util.List;

/// Bounds of points, which grow with each one.
final class Bounds {
    private double x1 = Double.POSITIVE_INFINITY;
    private double y1 = Double.POSITIVE_INFINITY;
    private double x2 = Double.NEGATIVE_INFINITY;
    private double y2 = Double.NEGATIVE_INFINITY;
    private boolean wrong;

    /// A coordinate that is not finite makes the bounds invalid.
    Bounds add(double x, double y) {
        wrong |= !Double.isFinite(x) || !Double.isFinite(y);
        x1 = Math.min(x1, x);
        y1 = Math.min(y1, y);
        x2 = Math.max(x2, x);
        y2 = Math.max(y2, y);
        return this;
    }

    /// Coordinates `x, y, x, y, ...`; an odd number makes the bounds invalid.
    Bounds addAll(List<Double> coordinates) {
        wrong |= coordinates.size() % 2 != 0;
        for (int i = 0; i + 1 < coordinates.size(); i += 2) {
            add(coordinates.get(i), coordinates.get(i + 1));
        }
        return this;
    }

    boolean isEmpty() {
        return x1 > x2;
    }

    /// The box; NaN if a coordinate was not finite.
    RawObject box(String category, String place) {
        double fault = wrong ? Double.NaN : 0;
        return new RawObject(category, x1 + fault, y1, x2, y2, place);
    }
}
