package io.yolofit.graph.reference;

/// A dual number (forward-mode automatic differentiation): a value with its derivatives by the four sides of a box.
record Dual(double value, double[] slopes) {
    private static final int SIDES = 4;

    static Dual constant(double value) {
        return new Dual(value, new double[SIDES]);
    }

    /// A side as a variable.
    static Dual side(double value, int side) {
        double[] slopes = new double[SIDES];
        slopes[side] = 1;
        return new Dual(value, slopes);
    }

    Dual plus(Dual other) {
        return combine(value + other.value, 1, other, 1);
    }

    Dual plus(double other) {
        return new Dual(value + other, slopes);
    }

    Dual minus(Dual other) {
        return combine(value - other.value, 1, other, -1);
    }

    Dual times(Dual other) {
        return combine(value * other.value, other.value, other, value);
    }

    Dual times(double factor) {
        return combine(value * factor, factor, this, 0);
    }

    Dual square() {
        return times(this);
    }

    Dual over(Dual other) {
        return combine(value / other.value, 1 / other.value, other, -value / (other.value * other.value));
    }

    Dual atan() {
        return combine(Math.atan(value), 1 / (1 + value * value), this, 0);
    }

    Dual max(Dual other) {
        return value >= other.value ? this : other;
    }

    Dual min(Dual other) {
        return value <= other.value ? this : other;
    }

    private Dual combine(double result, double factor, Dual other, double otherFactor) {
        double[] combined = new double[SIDES];
        for (int i = 0; i < SIDES; i++) {
            combined[i] = factor * slopes[i] + otherFactor * other.slopes[i];
        }
        return new Dual(result, combined);
    }
}
