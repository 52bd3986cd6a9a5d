package io.yolofit.train.schedule;

/// Early stopping: the best epoch, and the end of patience.
///
/// @param bestFitness best fitness of all validated epochs; -1 before the first
/// @param bestEpoch   from 0
public record EarlyStop(double bestFitness, int bestEpoch) {
    public static EarlyStop start() {
        return new EarlyStop(-1, 0);
    }

    /// Whether a fitness is at least the best one.
    public boolean improves(double fitness) {
        return fitness >= bestFitness;
    }

    /// The state after an epoch.
    public EarlyStop after(int epoch, double fitness) {
        return improves(fitness) ? new EarlyStop(fitness, epoch) : this;
    }

    /// Whether the run ends after this epoch; never before the first validation.
    ///
    /// @param patience number of epochs without improvement; 0 disables early stopping
    public boolean isOver(int epoch, int patience) {
        return patience > 0 && bestFitness >= 0 && epoch - bestEpoch >= patience;
    }
}
