package io.yolofit.train.plan.time;

import io.yolofit.graph.op.Conv2d;
import io.yolofit.train.plan.time.ConvolutionTiming.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// Corrects the predicted times of convolutions on a GPU by times that were measured on it.
///
/// The efficiencies of [ConvolutionTime] were fitted on one GPU. On another one, other kernels run at other shares of
/// the rates. For each direction and arithmetic, the correction is the median of measured over predicted times, in
/// which each convolution counts by its predicted time, so that short kernels, whose times are mostly launches, matter
/// as little as in a step. Corrections are bounded, and families with few timings have none.
public final class Calibration {
    /// No correction.
    public static final Calibration NONE = new Calibration(Map.of(), 0);

    private static final int LEAST_TIMINGS = 8;
    private static final double MOST = 4;

    private final Map<Family, Double> factors;
    private final int timings;

    private record Family(Direction direction, Arithmetic arithmetic) {
    }

    private record Ratio(double value, double weight) {
    }

    private Calibration(Map<Family, Double> factors, int timings) {
        this.factors = Map.copyOf(factors);
        this.timings = timings;
    }

    /// @param measured on the device; grouped convolutions do not count
    /// @param rates    of the device
    public static Calibration of(List<ConvolutionTiming> measured, DeviceRates rates) {
        Map<Family, List<Ratio>> ratios = new HashMap<>();
        for (ConvolutionTiming one : measured) {
            Conv2d op = (Conv2d) one.node().op();
            if (op.window().groups() == 1 && one.seconds() > 0) {
                double predicted = ConvolutionTime.seconds(op, one.node(), one.arithmetic(), rates);
                ratios.computeIfAbsent(new Family(Direction.of(op), one.arithmetic()), _ -> new ArrayList<>())
                        .add(new Ratio(one.seconds() / predicted, predicted));
            }
        }
        ratios.values().removeIf(family -> family.size() < LEAST_TIMINGS);
        Map<Family, Double> factors = new HashMap<>();
        ratios.forEach((family, all) -> factors.put(family, Math.clamp(median(all), 1 / MOST, MOST)));
        return new Calibration(factors, ratios.values().stream().mapToInt(List::size).sum());
    }

    private static double median(List<Ratio> ratios) {
        double half = ratios.stream().mapToDouble(Ratio::weight).sum() / 2;
        double sum = 0;
        for (Ratio ratio : ratios.stream().sorted(Comparator.comparingDouble(Ratio::value)).toList()) {
            sum += ratio.weight;
            if (sum >= half) {
                return ratio.value;
            }
        }
        throw new IllegalArgumentException("no ratios");
    }

    /// Measured over predicted time.
    double factor(Conv2d op, Arithmetic arithmetic) {
        return factors.isEmpty() ? 1 : factors.getOrDefault(new Family(Direction.of(op), arithmetic), 1.0);
    }

    /// `convolutions calibrated by 182 timings of the autotuner (forward x 1.21, data gradient x 0.93)`; empty without
    /// corrections.
    public String text() {
        if (factors.isEmpty()) {
            return "";
        }
        var parts = new TreeSet<String>();
        factors.forEach((family, factor) -> parts.add(String.format(Locale.ROOT, "%s%s x %.2f", family.direction.text(),
                switch (family.arithmetic) {
                    case HALF -> "";
                    case TF32 -> " in TF32";
                    case EXACT -> " in f32";
                }, factor)));
        return "convolutions calibrated by " + timings + " timings of the autotuner (" + String.join(", ", parts) + ")";
    }
}
