package io.yolofit.data.importing;

/// Shares of the splits of a data set, which sum to 1.
///
/// @param train above 0
/// @param val   above 0
/// @param test  0 for none
public record SplitShares(double train, double val, double test) {
    /// The shares unless others are given.
    public static final SplitShares DEFAULT = new SplitShares(0.8, 0.2, 0);

    public SplitShares {
        if (!(train > 0 && val > 0 && test >= 0 && Math.abs(train + val + test - 1) < 1e-6)) {
            throw new IllegalArgumentException("shares %s, %s and %s".formatted(train, val, test));
        }
    }

    double[] array() {
        return new double[] {train, val, test};
    }
}
