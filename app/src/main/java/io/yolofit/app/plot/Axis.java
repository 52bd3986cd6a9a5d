package io.yolofit.app.plot;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// The numeric axis of a chart.
///
/// @param low  value at its start
/// @param high value at its end
/// @param step between two ticks: 1, 2 or 5 times a power of ten
record Axis(double low, double high, double step) {
    static final Axis UNIT = new Axis(0, 1, 0.1);
    private static final double MARGIN = 0.04;

    /// From the lowest to the highest value, with at most `maxTicks` ticks.
    static Axis exact(double low, double high, int maxTicks) {
        return new Axis(low, high, step((high - low) / maxTicks));
    }

    /// Around the values with a margin; a single value is centered.
    static Axis around(double[] values, int maxTicks) {
        double low = DoubleStream.of(values).min().orElse(0);
        double high = DoubleStream.of(values).max().orElse(1);
        double span = high - low;
        double margin = span > 0 ? MARGIN * span : Math.max(Math.abs(low), 1) * MARGIN;
        return exact(low - margin, high + margin, maxTicks);
    }

    /// The smallest 1, 2 or 5 times a power of ten that is at least the argument.
    static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double times : new double[] {1, 2, 5}) {
            if (times * power >= least * (1 - 1e-9)) {
                return times * power;
            }
        }
        return 10 * power;
    }

    /// The positions of the ticks.
    List<Double> ticks() {
        long first = (long) Math.ceil(low / step - 1e-6);
        long last = (long) Math.floor(high / step + 1e-6);
        return LongStream.rangeClosed(first, last).mapToObj(number -> number * step).toList();
    }

    /// The label of a tick, with the decimals of the step.
    String text(double tick) {
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        return BigDecimal.valueOf(tick).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    /// The relative position of a value between the two ends, 0 to 1.
    double share(double value) {
        return (value - low) / (high - low);
    }
}
