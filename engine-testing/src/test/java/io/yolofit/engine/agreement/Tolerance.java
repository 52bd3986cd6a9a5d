package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;

/// Allowed error of a tensor.
///
/// @param relative to the magnitude of each element
/// @param absolute in units of the largest element of the tensor
/// @param least of every element: the rounding of subnormal numbers, or of terms that cancel
record Tolerance(double relative, double absolute, double least) {
    static final Tolerance EXACT = new Tolerance(0, 0);
    /// Half a unit in the last place: the relative rounding error of one result.
    static final double F32_ROUNDING = Math.scalb(1, -24);
    static final double BF16_ROUNDING = Math.scalb(1, -8);
    static final double F16_ROUNDING = Math.scalb(1, -11);

    /// Half of the smallest positive number; for the other types it is negligible.
    private static final double F16_LEAST_ROUNDING = Math.scalb(1, -25);

    Tolerance(double relative, double absolute) {
        this(relative, absolute, 0);
    }

    /// `count` roundings of each element.
    static Tolerance roundings(DType type, double count) {
        return new Tolerance(count * rounding(type), 0, type == DType.F16 ? count * F16_LEAST_ROUNDING : 0);
    }

    /// Adds `count` roundings of the largest element, for sums whose terms may cancel.
    Tolerance andOfLargest(DType type, double count) {
        return new Tolerance(relative, absolute + count * rounding(type), least);
    }

    /// Adds an error that is allowed for every element, for sums of terms that are larger than all results.
    Tolerance andAtLeast(double error) {
        return new Tolerance(relative, absolute, least + error);
    }

    private static double rounding(DType type) {
        return switch (type) {
            case F32 -> F32_ROUNDING;
            case BF16 -> BF16_ROUNDING;
            case F16 -> F16_ROUNDING;
            case U8, I32 -> 0;
        };
    }

    /// The largest error in units of the allowed error; above 1 is a failure. Infinite where one value is not finite
    /// and the other differs from it.
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

    /// @param scale used instead of the largest element of the tensor
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
