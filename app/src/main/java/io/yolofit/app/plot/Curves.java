package io.yolofit.app.plot;

import java.util.List;

/// Curves over one axis from 0 to 1: one for each class, and their mean.
///
/// @param title   above the plot: "Precision-recall"
/// @param xTitle  what x is: "recall", "confidence"
/// @param yTitle  what y is: "precision"
/// @param x       positions, rising, 0 to 1
/// @param classes one for each class that was seen
/// @param mean    over the classes
public record Curves(String title, String xTitle, String yTitle, double[] x, List<Curve> classes, Curve mean) {
    /// One line.
    ///
    /// @param label in the legend: "platelets 0.871"
    /// @param y     as many as there are positions, 0 to 1
    public record Curve(String label, double[] y) {}

    public Curves {
        classes = List.copyOf(classes);
        for (Curve curve : classes) {
            requireSize(curve, x);
        }
        requireSize(mean, x);
    }

    private static void requireSize(Curve curve, double[] x) {
        if (curve.y().length != x.length || x.length < 2) {
            throw new IllegalArgumentException("curve '" + curve.label() + "' has " + curve.y().length
                    + " values at " + x.length + " positions, expected as many, and two or more");
        }
    }
}
