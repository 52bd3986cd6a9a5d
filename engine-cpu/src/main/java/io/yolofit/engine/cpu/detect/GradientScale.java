package io.yolofit.engine.cpu.detect;

/// Factors of the derivatives of the unscaled sums: `gain * images * lossScale / normalizer` for each loss term.
///
/// @param wanted whether gradients are written; false if only the value is computed
record GradientScale(boolean wanted, double box, double cls, double dfl) {
    static final GradientScale NONE = new GradientScale(false, 0, 0, 0);

    static GradientScale of(LossSettings settings, double factor) {
        return new GradientScale(true, settings.boxGain() * factor, settings.clsGain() * factor,
                settings.dflGain() * factor);
    }
}
