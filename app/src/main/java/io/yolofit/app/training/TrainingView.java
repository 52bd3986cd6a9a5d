package io.yolofit.app.training;

import static io.yolofit.train.options.OptionTable.PLOTS;

import io.yolofit.api.run.RunFolder;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.TrainProgress;
import io.yolofit.app.console.Units;
import io.yolofit.app.evaluation.MetricsText;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.trainer.TrainingSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Reports a run on the console.
final class TrainingView implements TrainingEvent.Listener {
    private static final int MILLIS = 1000;

    private final Console console;
    private final TrainProgress progress;
    private final RunWatch watch;
    private final RunFolder folder;
    private final TrainingSetup setup;
    private volatile MemoryReading memory = new MemoryReading(0, 0, 0);

    /// @param watch of memory, for the progress line, and of data loading, for the end
    TrainingView(Console console, TrainProgress progress, RunWatch watch, RunFolder folder, TrainingSetup setup) {
        this.console = console;
        this.progress = progress;
        this.watch = watch;
        this.folder = folder;
        this.setup = setup;
    }

    @Override
    public void on(TrainingEvent event) {
        switch (event) {
            case TrainingEvent.Started _ -> progress.begin();
            case TrainingEvent.Step step -> {
                MemoryReading read = watch.step();
                memory = read;
                progress.batchesPerEpoch(step.batches());
                progress.step(new TrainProgress.Step(step.epoch(), step.batch(), step.images(), losses(step.mean()),
                        new TrainProgress.Memory(read.own(), read.free())));
            }
            case TrainingEvent.EpochEnded epoch -> progress.epochDone(summary(epoch));
            case TrainingEvent.Trained trained -> trained(trained);
            case TrainingEvent.Measured measured -> measured.validation().ifPresent(found ->
                    measured(measured.weights(), found));
            case TrainingEvent.Ended ended when ended.reason() == TrainingEvent.Reason.STOPPED -> progress.close();
            case TrainingEvent.Note(var line) -> console.line(line);
            case TrainingEvent.Warning(var line) -> console.line(line);
            case TrainingEvent.Validated _, TrainingEvent.Saved _, TrainingEvent.Ended _ -> {
                // in the lines of the epochs and of the whole run
            }
        }
    }

    private void trained(TrainingEvent.Trained trained) {
        progress.close();
        console.line("");
        console.line("Trained for " + Units.duration(Duration.ofMillis(Math.round(trained.seconds() * MILLIS)))
                + ": " + trained.why() + "."
                + (trained.bestEpoch() > 0 ? " Best epoch: " + trained.bestEpoch() + "." : ""));
        console.line(watch.summary() + ".");
    }

    private void measured(Optional<Path> weights, Validation validation) {
        console.line("");
        weights.ifPresent(file -> console.line(file + " on the validation split:"));
        MetricsText.lines(validation.metrics(), setup.choice().names()).forEach(console::line);
        console.line("");
        console.line("results are in " + folder + (setup.options().get(PLOTS) && weights.isPresent()
                ? ", annotated validation images in " + folder.file("predictions") : ""));
    }

    private TrainProgress.EpochSummary summary(TrainingEvent.EpochEnded epoch) {
        Optional<Metrics> metrics = epoch.validation().map(Validation::metrics);
        return new TrainProgress.EpochSummary(epoch.epoch(), losses(epoch.mean()),
                metrics.map(found -> new TrainProgress.Accuracy(found.precision(), found.recall(), found.map50(),
                        found.map())), epoch.best() && metrics.isPresent());
    }

    private static TrainProgress.Losses losses(LossItems items) {
        return new TrainProgress.Losses(items.named());
    }

    /// The latest reading of the device's memory, from any thread.
    MemoryReading memory() {
        return memory;
    }
}
