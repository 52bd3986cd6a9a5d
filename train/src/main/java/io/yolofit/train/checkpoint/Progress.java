package io.yolofit.train.checkpoint;

import io.yolofit.train.schedule.EarlyStop;

/// Position of a run.
///
/// @param epochs      number of completed epochs
/// @param iterations  number of completed batches
/// @param lastUpdate  iteration of the last update; -1 before the first
/// @param updates     number of updates
/// @param bestFitness best fitness of all validations; -1 before the first
/// @param bestEpoch   from 0
/// @param seconds     training time
public record Progress(int epochs, long iterations, long lastUpdate, long updates, double bestFitness, int bestEpoch,
        double seconds) {
    /// After an epoch.
    ///
    /// @param best of the validations so far
    public Progress after(int completed, EarlyStop best, double time) {
        return new Progress(completed, iterations, lastUpdate, updates, best.bestFitness(), best.bestEpoch(), time);
    }

    public static Progress start() {
        return new Progress(0, 0, -1, 0, -1, 0, 0);
    }
}
