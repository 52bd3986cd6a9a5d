package io.yolofit.graph.testing;

import static org.assertj.core.api.Assertions.assertThat;

/// Arithmetic on arrays.
public final class Vectors {
    private Vectors() {
    }

    public static double dot(double[] left, double[] right) {
        assertThat(left.length).isEqualTo(right.length);
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }

    /// `base + factor * direction`
    public static double[] moved(double[] base, double factor, double[] direction) {
        assertThat(base.length).isEqualTo(direction.length);
        double[] moved = new double[base.length];
        for (int i = 0; i < base.length; i++) {
            moved[i] = base[i] + factor * direction[i];
        }
        return moved;
    }

    public static double[] scaled(double[] values, double factor) {
        return moved(new double[values.length], factor, values);
    }

    /// Asserts equality within a tolerance relative to the larger of 1 and the expected value.
    public static void assertClose(double actual, double expected, double tolerance, String what) {
        double allowed = tolerance * Math.max(1, Math.abs(expected));
        if (!(Math.abs(actual - expected) <= allowed)) {
            throw new AssertionError(what + " is " + actual + ", but should be " + expected + " within " + allowed);
        }
    }

    public static void assertClose(double[] actual, double[] expected, double tolerance, String what) {
        assertThat(actual.length).as(what).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertClose(actual[i], expected[i], tolerance, what + "[" + i + "]");
        }
    }
}
