package io.yolofit.bench.page;

import io.yolofit.data.batch.Batch;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingListener;

/// Passes the events of a run to the page in the blocks of steps that have it, and to nobody in the others.
final class SwitchedListener implements TrainingListener {
    private final TrainingEvents none;
    private final TrainingEvents page;
    private final BlockClock clock;

    /// @param none events without a listener
    /// @param page events with the page as their listener
    SwitchedListener(TrainingEvents none, TrainingEvents page, BlockClock clock) {
        this.none = none;
        this.page = page;
        this.clock = clock;
    }

    private TrainingEvents present() {
        return clock.hasPage() ? page : none;
    }

    @Override
    public void started(Trainer trainer, int epochs) {
        page.started(trainer, epochs);
    }

    @Override
    public boolean isStopRequested() {
        return clock.isDone();
    }

    @Override
    public void step(StepReport report, Batch batch) {
        present().step(report, batch);
        clock.step();
    }

    @Override
    public void epoch(EpochReport report) {
        present().epoch(report);
    }

    @Override
    public Validator.Observer validationObserver(int epoch) {
        return present().validationObserver(epoch);
    }

    @Override
    public void note(String line) {
        present().note(line);
    }
}
