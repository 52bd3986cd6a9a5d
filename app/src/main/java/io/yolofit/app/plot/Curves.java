package io.yolofit.app.plot;

import java.util.List;

/// Curves over one axis from 0 to 1: one per class, and their mean.
///
/// @param title   above the plot: "Precision-recall"
/// @param xTitle  of the x axis: "recall", "confidence"
/// @param yTitle  of the y axis: "precision"
/// @param x       positions, increasing, 0 to 1
/// @param classes one per class that has labels
/// @param mean    over the classes
public record Curves(String title, String xTitle, String yTitle, double[] x, List<Curve> classes, Curve mean) {
    /// One curve.
    ///
    /// @param label in the legend: "platelets 0.871"
    /// @param y     one value per position, 0 to 1
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
                    + " values at " + x.length + " positions, expected the same number, at least two");
        }
    }
}
