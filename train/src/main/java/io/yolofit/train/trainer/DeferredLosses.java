package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.checkpoint.EpochPart;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.TrainingSession;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/// Reads the losses of an epoch asynchronously, one step behind: a step is reported after the next one has been
/// started, so the host never waits for the running step. Until then its batch stays open, because the listener may
/// read it and its pixels may still be in transfer to the device.
final class DeferredLosses implements AutoCloseable {
    private final int epoch;
    private final BatchLoader loader;
    private final TrainingListener listener;
    private final LossWatch watch;
    private final Function<String, DivergedException> diverged;
    private LossItems sum = LossItems.ZERO;
    private int finite;
    private int reported;
    private StepHandle latest;

    private record StepHandle(Batch batch, TrainingSession.StepHandle step, double[] rates) {
    }

    /// @param loader   of the epoch's batches
    /// @param diverged makes the exception of a diverged run from its reason
    /// @param before   the part of the epoch that a stopped run completed
    DeferredLosses(int epoch, BatchLoader loader, TrainingListener listener, LossWatch watch,
            Function<String, DivergedException> diverged, EpochPart before) {
        this.epoch = epoch;
        this.loader = loader;
        this.listener = listener;
        this.watch = watch;
        this.diverged = diverged;
        finite = before.finite();
        reported = before.batches();
        if (finite > 0) {
            sum = LossItems.of(term -> before.sums().get(term.ordinal()));
        }
    }

    /// Registers a started step with its batch and reports the previous one.
    ///
    /// @param rates learning rates of the step
    void started(Batch batch, TrainingSession.StepHandle step, double[] rates) {
        StepHandle previous = latest;
        latest = new StepHandle(batch, step, rates);
        if (previous != null) {
            report(previous);
        }
    }

    /// Reports the last step before a stop.
    ///
    /// @return the completed part of the epoch
    EpochPart stop() {
        reportLast();
        return new EpochPart(reported, Arrays.stream(LossTerm.values()).map(sum::get).toList(), finite);
    }

    private void reportLast() {
        StepHandle last = latest;
        latest = null;
        if (last != null) {
            report(last);
        }
    }

    /// Reports the last step.
    ///
    /// @return the mean of the epoch's finite losses
    /// @throws DivergedException if none was finite
    LossItems finish() {
        reportLast();
        if (finite == 0) {
            throw diverged.apply("no loss of epoch " + (epoch + 1) + " was finite");
        }
        return mean();
    }

    /// The mean of the finite losses; NaN before the first.
    private LossItems mean() {
        return sum.times(1.0 / finite);
    }

    private void report(StepHandle handle) {
        try (Batch batch = handle.batch) {
            LossItems items = handle.step.items();
            handle.step.written();
            reported = batch.index() + 1;
            if (items.isFinite()) {
                sum = sum.plus(items);
                finite++;
            }
            Optional<String> reason = watch.after(epoch, batch.index(), items);
            if (reason.isPresent()) {
                throw diverged.apply(reason.get());
            }
            listener.step(new TrainingListener.StepReport(epoch, batch.index(), loader.batches(),
                    loader.images(batch.index()), items, mean(), handle.rates), batch);
        }
    }

    /// Releases the batch of an unreported step, after a failure or a stop.
    @Override
    public void close() {
        if (latest != null) {
            try (Batch _ = latest.batch) {
                latest.step.written();
            }
            latest = null;
        }
    }
}
