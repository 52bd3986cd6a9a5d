package io.yolofit.app.plot;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// The numbers along one side of a chart.
///
/// @param low  at the beginning of the side
/// @param high at its end
/// @param step between two marks: 1, 2 or 5 times a power of ten
record Axis(double low, double high, double step) {
    static final Axis UNIT = new Axis(0, 1, 0.1);
    private static final double MARGIN = 0.04;

    /// From the lowest to the highest value, with at most so many marks.
    static Axis exact(double low, double high, int most) {
        return new Axis(low, high, step((high - low) / most));
    }

    /// Around the values, with a margin; a single value gets room on both sides.
    static Axis around(double[] values, int most) {
        double low = DoubleStream.of(values).min().orElse(0);
        double high = DoubleStream.of(values).max().orElse(1);
        double span = high - low;
        double margin = span > 0 ? MARGIN * span : Math.max(Math.abs(low), 1) * MARGIN;
        return exact(low - margin, high + margin, most);
    }

    /// The smallest 1, 2 or 5 times a power of ten that is not below the number.
    static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double times : new double[] {1, 2, 5}) {
            if (times * power >= least * (1 - 1e-9)) {
                return times * power;
            }
        }
        return 10 * power;
    }

    /// The positions of the marks.
    List<Double> marks() {
        long first = (long) Math.ceil(low / step - 1e-6);
        long last = (long) Math.floor(high / step + 1e-6);
        return LongStream.rangeClosed(first, last).mapToObj(number -> number * step).toList();
    }

    /// A mark's number with the decimals that the step has.
    String text(double mark) {
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        return BigDecimal.valueOf(mark).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    /// Where a value lies between the two ends, 0 to 1.
    double share(double value) {
        return (value - low) / (high - low);
    }
}
