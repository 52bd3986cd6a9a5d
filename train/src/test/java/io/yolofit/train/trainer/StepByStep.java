package io.yolofit.train.trainer;

import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.TrainingSession;
import io.yolofit.train.schedule.TrainingSchedule;

/// The training loop of a run without the trainer: every step is waited for before the next one starts.
final class StepByStep {
    private StepByStep() {
    }

    /// Called after a step, and after its update.
    @FunctionalInterface
    interface Observer {
        /// @param updated whether the step ended with an update
        void step(boolean updated, StepScalars scalars, LossItems items);
    }

    /// All epochs of a run that accumulates gradients.
    static void train(TinyRun run, Options options, Observer observer) {
        TrainingSetup setup = run.setup();
        var schedule = new TrainingSchedule(options, setup.optimizer(), run.data().trainLoader().batches());
        try (var session = new TrainingSession(setup.compiled(), setup.compileOptions(), setup.plan().steps(),
                setup.plan().update())) {
            long updates = 0;
            long lastUpdate = -1;
            long iteration = 0;
            for (int epoch = 0; epoch < options.get(OptionTable.EPOCHS); epoch++) {
                try (EpochBatches batches = run.data().trainLoader().epoch(epoch)) {
                    for (; batches.hasNext(); iteration++) {
                        boolean due = iteration - lastUpdate >= schedule.accumulation(iteration);
                        updates += due ? 1 : 0;
                        StepScalars scalars = schedule.scalars(iteration, epoch, updates);
                        LossItems items;
                        try (Batch batch = batches.next()) {
                            items = session.run(batch.pixels(), batch.images(), batch.height(), batch.width(),
                                    batch.targets(), batch.offsets(), scalars);
                        }
                        if (due) {
                            session.update(scalars);
                            lastUpdate = iteration;
                        }
                        observer.step(due, scalars, items);
                    }
                }
            }
        }
    }
}
