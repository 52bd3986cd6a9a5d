package io.yolofit.train.program;

/// The three terms of the detection loss, multiplied by their gains.
public record LossItems(double box, double cls, double dfl) {
    public static final LossItems ZERO = new LossItems(0, 0, 0);

    static LossItems of(float[] items) {
        return new LossItems(items[0], items[1], items[2]);
    }

    public LossItems plus(LossItems other) {
        return new LossItems(box + other.box, cls + other.cls, dfl + other.dfl);
    }

    public LossItems times(double factor) {
        return new LossItems(box * factor, cls * factor, dfl * factor);
    }

    public boolean isFinite() {
        return Double.isFinite(box + cls + dfl);
    }
}
