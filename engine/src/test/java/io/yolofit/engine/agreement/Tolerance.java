package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;

/// How far a tensor may be from what it should be.
///
/// @param relative of each element
/// @param absolute in units of the tensor's largest element
/// @param least of every element, however small it is: the rounding of numbers too small to have all their bits
record Tolerance(double relative, double absolute, double least) {
    static final Tolerance EXACT = new Tolerance(0, 0);
    /// Half a unit in the last place, and so the rounding of one result.
    static final double F32_ROUNDING = Math.scalb(1, -24);
    static final double BF16_ROUNDING = Math.scalb(1, -8);
    static final double F16_ROUNDING = Math.scalb(1, -11);

    /// Half of the smallest number; the other types' smallest are too small to matter.
    private static final double F16_LEAST_ROUNDING = Math.scalb(1, -25);

    Tolerance(double relative, double absolute) {
        this(relative, absolute, 0);
    }

    /// So many roundings of each element.
    static Tolerance roundings(DType type, double count) {
        return new Tolerance(count * rounding(type), 0, type == DType.F16 ? count * F16_LEAST_ROUNDING : 0);
    }

    /// So many roundings of the largest element: for sums, whose terms may cancel.
    Tolerance andOfLargest(DType type, double count) {
        return new Tolerance(relative, absolute + count * rounding(type), least);
    }

    private static double rounding(DType type) {
        return switch (type) {
            case F32 -> F32_ROUNDING;
            case BF16 -> BF16_ROUNDING;
            case F16 -> F16_ROUNDING;
            case U8, I32 -> 0;
        };
    }

    /// The largest error in units of what is allowed; above 1 is too much. Not finite where one of them is not and the
    /// other is, or is another such number.
    double exceeded(float[] actual, double[] expected) {
        return exceeded(actual, expected, largest(expected));
    }

    static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Double.isFinite(value) ? Math.abs(value) : 0);
        }
        return largest;
    }

    /// @param scale in place of the tensor's largest element
    double exceeded(float[] actual, double[] expected, double scale) {
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Double.isFinite(expected[i])) {
                double error = Math.abs(actual[i] - expected[i]);
                double allowed = relative * Math.abs(expected[i]) + absolute * scale + least;
                double exceeded = error == 0 ? 0 : error / allowed;
                worst = Math.max(worst, Double.isNaN(exceeded) ? Double.POSITIVE_INFINITY : exceeded);
            } else if (Double.compare(actual[i], expected[i]) != 0) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return worst;
    }
}
