package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.TrainingSession;

/// Reads the losses of an epoch asynchronously, one step behind: a step is reported after the next one has been
/// started, so the host never waits for the running step. Until then its batch stays open, because the listener may
/// read it and its pixels may still be in transfer to the device.
final class DeferredLosses implements AutoCloseable {
    private final int epoch;
    private final int batches;
    private final TrainingListener listener;
    private LossItems sum = LossItems.ZERO;
    private StepHandle latest;

    private record StepHandle(Batch batch, TrainingSession.StepHandle step) {
    }

    /// @param batches number of batches of the epoch
    DeferredLosses(int epoch, int batches, TrainingListener listener) {
        this.epoch = epoch;
        this.batches = batches;
        this.listener = listener;
    }

    /// Registers a started step with its batch and reports the previous one.
    void started(Batch batch, TrainingSession.StepHandle step) {
        StepHandle previous = latest;
        latest = new StepHandle(batch, step);
        if (previous != null) {
            report(previous);
        }
    }

    /// Reports the last step.
    ///
    /// @return the sum of all losses of the epoch
    LossItems finish() {
        StepHandle last = latest;
        latest = null;
        if (last != null) {
            report(last);
        }
        return sum;
    }

    private void report(StepHandle handle) {
        try (Batch batch = handle.batch) {
            LossItems items = handle.step.items();
            handle.step.written();
            sum = sum.plus(items);
            if (!items.isFinite()) {
                listener.note("epoch " + (epoch + 1) + ", batch " + (batch.index() + 1) + ": the loss is not finite "
                        + items + "; lower lr0, or train with amp=false");
            }
            listener.step(new TrainingListener.StepReport(epoch, batch.index(), batches, batch.images(), items,
                    sum.times(1.0 / (batch.index() + 1))), batch);
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
