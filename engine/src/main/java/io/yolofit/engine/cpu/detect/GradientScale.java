package io.yolofit.engine.cpu.detect;

/// What the derivative of each unscaled item's sum is multiplied by: `gain * images * lossScale / normalizer`.
///
/// @param wanted false when only values are asked for; then nothing is written
record GradientScale(boolean wanted, double box, double cls, double dfl) {
    static final GradientScale NONE = new GradientScale(false, 0, 0, 0);

    static GradientScale of(LossSettings settings, double factor) {
        return new GradientScale(true, settings.boxGain() * factor, settings.clsGain() * factor,
                settings.dflGain() * factor);
    }
}
