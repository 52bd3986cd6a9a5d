package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.TrainingSession;
import java.util.Optional;
import java.util.function.Function;

/// Reads the losses of an epoch asynchronously, one step behind: a step is reported after the next one has been
/// started, so the host never waits for the running step. Until then its batch stays open, because the listener may
/// read it and its pixels may still be in transfer to the device.
final class DeferredLosses implements AutoCloseable {
    private final int epoch;
    private final int batches;
    private final TrainingListener listener;
    private final LossWatch watch;
    private final Function<String, DivergedException> diverged;
    private LossItems sum = LossItems.ZERO;
    private int finite;
    private StepHandle latest;

    private record StepHandle(Batch batch, TrainingSession.StepHandle step, double[] rates) {
    }

    /// @param batches  number of batches of the epoch
    /// @param diverged makes the exception of a diverged run from its reason
    DeferredLosses(int epoch, int batches, TrainingListener listener, LossWatch watch,
            Function<String, DivergedException> diverged) {
        this.epoch = epoch;
        this.batches = batches;
        this.listener = listener;
        this.watch = watch;
        this.diverged = diverged;
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

    /// Reports the last step.
    ///
    /// @return the mean of the epoch's finite losses
    /// @throws DivergedException if none was finite
    LossItems finish() {
        StepHandle last = latest;
        latest = null;
        if (last != null) {
            report(last);
        }
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
            if (items.isFinite()) {
                sum = sum.plus(items);
                finite++;
            }
            Optional<String> reason = watch.after(epoch, batch.index(), items);
            if (reason.isPresent()) {
                throw diverged.apply(reason.get());
            }
            listener.step(new TrainingListener.StepReport(epoch, batch.index(), batches, batch.images(), items,
                    mean(), handle.rates), batch);
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
