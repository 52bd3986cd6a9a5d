package io.yolofit.app.training;

import io.yolofit.train.plan.loading.Bound;
import java.util.function.LongSupplier;

/// Measures for each epoch how long training waited for batches, from the loader's own counter and a clock on the host.
/// Nothing waits for the device.
final class LoadingWatch {
    private static final double NANOS = 1e9;

    private final LongSupplier waited;
    private final LongSupplier nanoTime;
    private long epochStart;
    private long waitedBefore;
    private long lastStep;
    private int steps;
    private Epoch total = new Epoch(0, 0, 0);

    /// The training part of one epoch or of several.
    ///
    /// @param waited  seconds of waiting for batches
    /// @param trained seconds from its start to the end of its last step, waiting included
    record Epoch(int steps, double waited, double trained) {
        private static final int MILLIS = 1000;

        /// The share of the time that was spent waiting.
        double share() {
            return trained <= 0 ? 0 : Math.clamp(waited / trained, 0, 1);
        }

        Bound bound() {
            return Bound.ofWaiting(share());
        }

        double waitMillis() {
            return steps == 0 ? 0 : MILLIS * waited / steps;
        }

        double stepMillis() {
            return steps == 0 ? 0 : MILLIS * trained / steps;
        }

        private Epoch plus(Epoch other) {
            return new Epoch(steps + other.steps, waited + other.waited, trained + other.trained);
        }
    }

    /// @param waited   nanoseconds of waiting so far, of the loaders
    /// @param nanoTime a clock such as `System::nanoTime`
    LoadingWatch(LongSupplier waited, LongSupplier nanoTime) {
        this.waited = waited;
        this.nanoTime = nanoTime;
        begin();
    }

    /// Starts the first epoch.
    void begin() {
        epochStart = nanoTime.getAsLong();
        waitedBefore = waited.getAsLong();
        lastStep = epochStart;
        steps = 0;
    }

    void step() {
        lastStep = nanoTime.getAsLong();
        steps++;
    }

    /// Ends an epoch, after its validation, and starts the next one.
    Epoch epochDone() {
        var done = new Epoch(steps, (waited.getAsLong() - waitedBefore) / NANOS, (lastStep - epochStart) / NANOS);
        total = total.plus(done);
        begin();
        return done;
    }

    /// All epochs so far.
    Epoch total() {
        return total;
    }
}
