package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.TrainingSession;

/// Reports each step of an epoch when the next one has been started, so that nobody waits for the step that runs. Until
/// then its batch is kept: whoever listens may look at it, and its pixels may still be on their way to the device.
final class DeferredLosses implements AutoCloseable {
    private final int epoch;
    private final int batches;
    private final TrainingListener listener;
    private LossItems sum = LossItems.ZERO;
    private StepHandle latest;

    private record StepHandle(Batch batch, TrainingSession.StepHandle step) {
    }

    /// @param batches of the epoch
    DeferredLosses(int epoch, int batches, TrainingListener listener) {
        this.epoch = epoch;
        this.batches = batches;
        this.listener = listener;
    }

    /// Takes a step that has been started, with its batch, and reports the one before.
    void started(Batch batch, TrainingSession.StepHandle step) {
        StepHandle before = latest;
        latest = new StepHandle(batch, step);
        if (before != null) {
            report(before);
        }
    }

    /// Reports the last step; the sum of all losses.
    LossItems finish() {
        StepHandle last = latest;
        latest = null;
        if (last != null) {
            report(last);
        }
        return sum;
    }

    private void report(StepHandle started) {
        try (Batch batch = started.batch) {
            LossItems items = started.step.items();
            started.step.written();
            sum = sum.plus(items);
            if (!items.isFinite()) {
                listener.note("epoch " + (epoch + 1) + ", batch " + (batch.index() + 1) + ": the loss is not finite "
                        + items
                        + "; lower lr0, or train with amp=false");
            }
            listener.step(new TrainingListener.StepReport(epoch, batch.index(), batches, batch.images(), items,
                    sum.times(1.0 / (batch.index() + 1))), batch);
        }
    }

    /// Gives up a step that was not reported: after a failure or a stop.
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
