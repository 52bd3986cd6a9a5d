package io.yolofit.bench.page;

import java.util.ArrayList;
import java.util.List;

/// Ratios of pairs of measurements, and their median with a confidence interval that assumes no distribution: between
/// two of the sorted ratios, whose ranks follow from the binomial distribution of the number of ratios below the
/// median (the sign test). A single disturbed pair moves neither.
final class PairedRatios {
    private static final double CONFIDENCE = 0.95;

    private final List<Double> ratios = new ArrayList<>();

    /// @param low       lower end of the interval
    /// @param confident probability that the interval contains the median, at least 0.95; 0 for fewer than six pairs,
    ///     whose interval is that from the lowest to the highest ratio
    record Estimate(double low, double median, double high, double confident) {
        /// In percent above 1.
        String text() {
            return "%+.2f %% (%s %+.2f to %+.2f %%)".formatted(percent(median), confident > 0
                    ? "%.1f %% confidence".formatted(100 * confident) : "all", percent(low), percent(high));
        }

        private static double percent(double ratio) {
            return 100 * (ratio - 1);
        }
    }

    void add(double ratio) {
        ratios.add(ratio);
    }

    int size() {
        return ratios.size();
    }

    /// Throws [IllegalStateException] without a ratio.
    Estimate estimate() {
        if (ratios.isEmpty()) {
            throw new IllegalStateException("no pair was measured");
        }
        List<Double> sorted = ratios.stream().sorted().toList();
        int n = sorted.size();
        double median = (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
        int rank = 0; // of the lower end, from 0
        double below = Math.pow(0.5, n); // probability that at most `rank` ratios are below the median
        double term = below;
        while (rank < n / 2) {
            double next = term * (n - rank) / (rank + 1);
            if (2 * (below + next) > 1 - CONFIDENCE) {
                break;
            }
            rank++;
            term = next;
            below += next;
        }
        double confident = 1 - 2 * below;
        return new Estimate(sorted.get(rank), median, sorted.get(n - 1 - rank), confident < CONFIDENCE ? 0 : confident);
    }
}
