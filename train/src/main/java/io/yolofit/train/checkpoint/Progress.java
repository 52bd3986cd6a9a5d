package io.yolofit.train.checkpoint;

/// How far a run is.
///
/// @param epochs completed
/// @param iterations batches run
/// @param lastUpdate iteration of the last update; -1 before the first
/// @param updates made
/// @param bestFitness of all validations; -1 before the first
/// @param bestEpoch from 0
/// @param seconds trained
public record Progress(int epochs, long iterations, long lastUpdate, long updates, double bestFitness, int bestEpoch,
        double seconds) {
    public static Progress start() {
        return new Progress(0, 0, -1, 0, -1, 0, 0);
    }
}
