package io.yolofit.train.schedule;

/// The best epoch so far, and when to give up waiting for a better one.
///
/// @param bestFitness of the epochs so far; -1 before the first
/// @param bestEpoch from 0
public record EarlyStop(double bestFitness, int bestEpoch) {
    public static EarlyStop start() {
        return new EarlyStop(-1, 0);
    }

    /// Whether this epoch is at least as good as any before it.
    public boolean improves(double fitness) {
        return fitness >= bestFitness;
    }

    public EarlyStop after(int epoch, double fitness) {
        return improves(fitness) ? new EarlyStop(fitness, epoch) : this;
    }

    /// Never before the first validation.
    ///
    /// @param patience epochs without a better one; 0 waits for ever
    public boolean isOver(int epoch, int patience) {
        return patience > 0 && bestFitness >= 0 && epoch - bestEpoch >= patience;
    }
}
