package io.yolofit.app.training;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.TrainProgress;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.program.LossItems;
import java.util.Optional;

/// Reports a run on the console.
final class TrainingView implements TrainingEvent.Listener {
    private final Console console;
    private final TrainProgress progress;
    private final RunWatch watch;
    private volatile MemoryReading memory = new MemoryReading(0, 0, 0);
    private Optional<Validation> latest = Optional.empty();

    /// @param watch of memory, for the progress line
    TrainingView(Console console, TrainProgress progress, RunWatch watch) {
        this.console = console;
        this.progress = progress;
        this.watch = watch;
    }

    @Override
    public void on(TrainingEvent event) {
        switch (event) {
            case TrainingEvent.Step step -> {
                MemoryReading read = watch.step();
                memory = read;
                progress.batchesPerEpoch(step.batches());
                progress.step(new TrainProgress.Step(step.epoch(), step.batch(), step.images(), losses(step.mean()),
                        new TrainProgress.Memory(read.own(), read.free())));
            }
            case TrainingEvent.EpochEnded epoch -> {
                latest = epoch.validation();
                progress.epochDone(summary(epoch));
            }
            case TrainingEvent.Note(var line) -> console.line(line);
            case TrainingEvent.Warning(var line) -> console.line(line);
            case TrainingEvent.Started _, TrainingEvent.Validated _, TrainingEvent.Saved _, TrainingEvent.Ended _ -> {
                // in the lines of the epochs and of the whole run
            }
        }
    }

    private TrainProgress.EpochSummary summary(TrainingEvent.EpochEnded epoch) {
        Optional<Metrics> metrics = latest.map(Validation::metrics);
        return new TrainProgress.EpochSummary(epoch.epoch(), losses(epoch.mean()),
                metrics.map(found -> new TrainProgress.Accuracy(found.precision(), found.recall(), found.map50(),
                        found.map())), epoch.best() && latest.isPresent());
    }

    private static TrainProgress.Losses losses(LossItems items) {
        return new TrainProgress.Losses(items.named());
    }

    /// The latest reading of the device's memory, from any thread.
    MemoryReading memory() {
        return memory;
    }

    /// The validation of the last epoch, if there was one.
    Optional<Validation> latest() {
        return latest;
    }
}
