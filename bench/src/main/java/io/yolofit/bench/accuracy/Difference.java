package io.yolofit.bench.accuracy;

import io.yolofit.graph.pass.StateLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Comparisons of vectors, in fp64.
final class Difference {
    private Difference() {
    }

    static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /// l2 norm of the difference over that of the expected values; 0 if both are zero vectors.
    static double relative(float[] actual, float[] expected) {
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            double one = (double) actual[i] - expected[i];
            difference += one * one;
        }
        return difference == 0 ? 0 : Math.sqrt(difference) / norm(expected);
    }

    /// Elements whose bits differ.
    static long bits(float[] actual, float[] expected) {
        long count = 0;
        for (int i = 0; i < expected.length; i++) {
            count += Float.floatToRawIntBits(actual[i]) == Float.floatToRawIntBits(expected[i]) ? 0 : 1;
        }
        return count;
    }

    /// The tensors of a flat buffer by name: `parameters`, `gradients`, `moment0` and `moment1` (frozen parameters are
    /// absent), `statistics`, or `ema`.
    static Map<String, float[]> tensors(StateLayout layout, String buffer, float[] values) {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        if (!buffer.equals("statistics")) {
            layout.parameters().values().stream().filter(slot -> slot.end() <= values.length)
                    .forEach(slot -> tensors.put(slot.name(), slice(values, slot, 0)));
        }
        if (buffer.equals("statistics") || buffer.equals("ema")) {
            long start = buffer.equals("ema") ? layout.parameterCount() : 0;
            layout.statistics().values().forEach(slot -> tensors.put(slot.name(), slice(values, slot, start)));
        }
        return tensors;
    }

    private static float[] slice(float[] values, StateLayout.Slot slot, long start) {
        return Arrays.copyOfRange(values, Math.toIntExact(start + slot.offset()), Math.toIntExact(start + slot.end()));
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    static double maximum(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /// Standard error of the mean.
    static double error(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(squares / (values.length - 1) / values.length);
    }
}
