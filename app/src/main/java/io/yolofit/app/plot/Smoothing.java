package io.yolofit.app.plot;

/// Moving averages for noisy curves.
final class Smoothing {
    private static final double REACH = 3;

    private Smoothing() {}

    /// A Gaussian moving average; at the ends, only over the existing values.
    ///
    /// @param sigma standard deviation of the Gaussian, in samples
    static double[] gaussian(double[] values, double sigma) {
        int reach = (int) Math.ceil(REACH * sigma);
        var smooth = new double[values.length];
        for (int at = 0; at < values.length; at++) {
            double sum = 0;
            double weights = 0;
            for (int near = Math.max(0, at - reach); near <= Math.min(values.length - 1, at + reach); near++) {
                double distance = (near - at) / sigma;
                double weight = Math.exp(-0.5 * distance * distance);
                sum += weight * values[near];
                weights += weight;
            }
            smooth[at] = sum / weights;
        }
        return smooth;
    }
}
