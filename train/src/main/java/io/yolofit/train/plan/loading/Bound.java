package io.yolofit.train.plan.loading;

/// What limits the speed of training.
public enum Bound {
    /// The device waits for images.
    DATA("data-bound"),
    /// Loading and computing take about the same time.
    BALANCED("balanced"),
    /// Loaded images wait for the device.
    DEVICE("device-bound");

    /// Shares of the training time that is spent waiting for batches. The first batches of an epoch are a few percent.
    private static final double MOST_OF_DEVICE = 0.05;
    private static final double LEAST_OF_DATA = 0.2;
    /// Loaded over needed images per second; predicted and measured rates are accurate to about ten percent each.
    private static final double LEAST_RATIO_OF_DEVICE = 1.2;

    private final String word;

    Bound(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /// The verdict of a measured run.
    ///
    /// @param share of the training time that was spent waiting for batches, 0 to 1
    public static Bound ofWaiting(double share) {
        return share >= LEAST_OF_DATA ? DATA : share > MOST_OF_DEVICE ? BALANCED : DEVICE;
    }

    /// The verdict of a planned run whose batches are loaded while the device computes.
    ///
    /// @param needed images per second that the device trains
    /// @param loaded images per second that the loader delivers
    public static Bound ofRates(double needed, double loaded) {
        return loaded <= (1 - LEAST_OF_DATA) * needed ? DATA
                : loaded < LEAST_RATIO_OF_DEVICE * needed ? BALANCED : DEVICE;
    }
}
