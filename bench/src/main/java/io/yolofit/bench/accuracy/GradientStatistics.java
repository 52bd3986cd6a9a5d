package io.yolofit.bench.accuracy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Agreement of gradients with reference gradients over several batches, tensor by tensor.
final class GradientStatistics {
    /// The name under which all tensors together are counted.
    static final String WHOLE = "all tensors";
    /// Tensors whose reference norm is below this share of the whole gradient's: their gradient is mathematically zero,
    /// such as that of a shift that a later batch norm cancels, and what is computed is rounding alone.
    private static final double NOISE = 1e-5;

    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    /// Agreement on one batch.
    ///
    /// @param cosine     of the angle between gradient and reference
    /// @param norm       of the gradient, over that of the reference
    /// @param projection of the gradient on the reference, over the norm of the reference: 1 without bias
    /// @param reference  norm of the reference
    record Sample(double cosine, double norm, double projection, double reference) {
        static Sample of(float[] actual, float[] expected) {
            double wanted = Difference.norm(expected);
            double norm = Difference.norm(actual) / wanted;
            double projection = Difference.dot(actual, expected) / (wanted * wanted);
            return new Sample(projection / norm, norm, projection, wanted);
        }
    }

    /// Adds the gradients of a batch by tensor. Tensors without any reference gradient are left out.
    void add(Map<String, float[]> actual, Map<String, float[]> expected, float[] whole, float[] wholeExpected) {
        samples.computeIfAbsent(WHOLE, _ -> new ArrayList<>()).add(Sample.of(whole, wholeExpected));
        expected.forEach((tensor, values) -> {
            if (Difference.norm(values) > 0) {
                samples.computeIfAbsent(tensor, _ -> new ArrayList<>()).add(Sample.of(actual.get(tensor), values));
            }
        });
    }

    Iterable<String> tensors() {
        return samples.keySet();
    }

    double mean(String tensor, ToDoubleFunction<Sample> value) {
        return Difference.mean(values(tensor, value));
    }

    /// Standard error of the mean over the batches.
    double error(String tensor, ToDoubleFunction<Sample> value) {
        return Difference.error(values(tensor, value));
    }

    private double[] values(String tensor, ToDoubleFunction<Sample> value) {
        return samples.get(tensor).stream().mapToDouble(value).toArray();
    }

    /// The tensors with a gradient above rounding.
    private Stream<String> significant() {
        double least = NOISE * mean(WHOLE, Sample::reference);
        return samples.keySet().stream().filter(tensor -> !tensor.equals(WHOLE))
                .filter(tensor -> mean(tensor, Sample::reference) >= least);
    }

    /// The tensors with the least mean cosine, worst first; without those whose gradient is rounding.
    List<String> worst(int count) {
        return significant()
                .sorted((a, b) -> Double.compare(mean(a, Sample::cosine), mean(b, Sample::cosine))).limit(count)
                .toList();
    }

    /// How many tensors have a projection that differs from 1 by more than three standard errors and a thousandth.
    long biased() {
        return significant().filter(tensor -> {
            double distance = Math.abs(mean(tensor, Sample::projection) - 1);
            return distance > 1e-3 && distance > 3 * error(tensor, Sample::projection);
        }).count();
    }
}
