package io.yolofit.app.training;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.PLOTS;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.CountProgress;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.StoppedException;
import io.yolofit.app.console.TrainProgress;
import io.yolofit.app.console.Units;
import io.yolofit.app.evaluation.AnnotatedImages;
import io.yolofit.app.evaluation.BatchSheets;
import io.yolofit.app.evaluation.ProgressObserver;
import io.yolofit.app.evaluation.EvaluationPlots;
import io.yolofit.app.evaluation.MetricsText;
import io.yolofit.app.plot.Drawing;
import io.yolofit.app.plot.ResultsPlot;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanReports;
import io.yolofit.app.report.RunMemory;
import io.yolofit.app.report.RunMemoryText;
import io.yolofit.app.run.ResultsCsv;
import io.yolofit.app.run.RunFolder;
import io.yolofit.data.batch.Batch;
import io.yolofit.engine.Engine;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingSetup;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// One training from its first step to its last plot, in its run folder.
///
/// @param setup whose memory is reserved; its options' `imgsz` is a multiple of the model's stride
/// @param data  open; the caller closes it
/// @param start the checkpoint to go on from
public record TrainingRun(TrainingSetup setup, TrainingData data, RunFolder folder, Optional<Start> start,
        Console console, StopRequest stop) {
    /// Where a run goes on.
    public record Start(Path file, Checkpoint checkpoint) {}

    /// Trains, and then measures the best weights.
    public void run() throws IOException {
        folder.writeArgs(options());
        ResultsCsv results = start.isPresent()
                ? ResultsCsv.resume(folder.file("results.csv"), start.get().checkpoint().progress().epochs())
                : ResultsCsv.create(folder.file("results.csv"));
        boolean plots = options().get(PLOTS);
        if (plots && Drawing.failure().isPresent()) {
            console.warn("no plots can be drawn here: " + Drawing.failure().get());
        }
        var progress = new TrainProgress(console, options().get(EPOCHS), data.trainLoader().batches(),
                System::nanoTime);
        Consumer<Batch> pictures = plots && start.isEmpty()
                ? TrainingPictures.ofFirstBatches(folder.path(), setup.choice().names()) : batch -> { };
        var view = new TrainingView(console, progress, data.valLoader().imageCount(), results, pictures, stop,
                DeviceMemory.isOn(engine()) ? setup.need()::arenaBytes : ResidentMemory::now);
        try (var trainer = new Trainer(setup, data, folder.weights(), view)) {
            start.ifPresent(from -> trainer.resume(from.checkpoint(), from.file()));
            PlanReport memory = announce();
            if (drawsCharts()) {
                TrainingPictures.ofLabels(folder.file("labels.png"), data.train());
            }
            progress.begin();
            Trainer.Outcome outcome = train(trainer);
            progress.close();
            console.line("");
            console.line("Trained for " + Units.duration(Duration.ofMillis(Math.round(outcome.seconds() * 1000)))
                    + ": " + outcome.why() + ". The best epoch is " + (outcome.bestEpoch() + 1) + ".");
            if (drawsCharts()) {
                ResultsPlot.write(folder.file("results.png"), ResultsCsv.read(folder.file("results.csv")));
            }
            measure(trainer, view);
            writeMemory(new RunMemory(memory, DeviceMemory.of(engine()).orElse(null),
                    ResidentMemory.peak().orElse(null)));
        }
    }

    private Options options() {
        return setup.options();
    }

    private Engine engine() {
        return setup.compiled().engine();
    }

    /// What a stopped run leaves is known when it has ended: a checkpoint may still have been written at the stop.
    private Trainer.Outcome train(Trainer trainer) {
        try {
            return trainer.run();
        } catch (StoppedException stopped) {
            for (Throwable failure : stopped.getSuppressed()) {
                if (failure instanceof WeightsException unsaved) {
                    throw unsaved; // matters more than the stop
                }
            }
            throw new StoppedException(goOn());
        }
    }

    private String goOn() {
        Path last = folder.file("weights").resolve("last.safetensors");
        return Files.exists(last)
                ? "stopped; `yolofit train resume=" + last + "` goes on after the last finished epoch"
                : "stopped before the first epoch was saved: there is nothing to go on from";
    }

    /// Whether Java can draw: it needs a font.
    private boolean drawsCharts() {
        return options().get(PLOTS) && Drawing.failure().isEmpty();
    }

    private PlanReport announce() throws IOException {
        PlanReport plan = PlanReports.of("%s, %d px, batch %d, %s".formatted(setup.choice().model().name(),
                options().get(IMGSZ), options().get(BATCH), setup.compileOptions().precision().text()), setup.need());
        writeMemory(new RunMemory(plan, null, null));
        console.line(engine().description() + "; the plan takes " + Units.bytes(plan.arena()) + " for tensors, "
                + (DeviceMemory.isOn(engine()) ? "context and libraries come on top ("
                        : "Java and its libraries come on top (") + folder.file("memory.txt") + ")");
        console.line("run folder: " + folder);
        start.ifPresent(from -> console.line("going on after epoch " + from.checkpoint().progress().epochs() + " of "
                + options().get(EPOCHS)));
        return plan;
    }

    private void writeMemory(RunMemory memory) throws IOException {
        Files.write(folder.file("memory.txt"), RunMemoryText.lines(memory));
        Files.writeString(folder.file("memory.json"), JsonText.of(memory) + "\n");
    }

    /// The final word: the best checkpoint on the validation split.
    private void measure(Trainer trainer, TrainingView view) throws IOException {
        Optional<Path> weights = List.of("best.safetensors", "last.safetensors").stream()
                .map(name -> folder.file("weights").resolve(name)).filter(Files::exists).findFirst();
        Optional<Validation> validation = weights.isPresent()
                ? Optional.of(trainer.validate(Checkpoint.read(weights.get()), observer())) : view.latest();
        if (validation.isEmpty()) {
            return; // stopped early with save=false and val=false: nothing was kept, nothing was measured
        }
        console.line("");
        weights.ifPresent(file -> console.line(file + " on the validation images:"));
        MetricsText.lines(validation.get().metrics(), setup.choice().names()).forEach(console::line);
        if (drawsCharts()) {
            EvaluationPlots.write(folder.path(), validation.get(), setup.choice().names());
        }
        console.line("");
        console.line("results are in " + folder + (options().get(PLOTS) && weights.isPresent()
                ? ", annotated validation images in " + folder.file("predictions") : ""));
    }

    private Validator.Observer observer() {
        var count = new CountProgress(console, "validating", data.valLoader().imageCount(), "images", System::nanoTime);
        Validator.Observer counting = new ProgressObserver(count);
        if (!options().get(PLOTS)) {
            return counting;
        }
        var sheets = new BatchSheets(folder.path(), setup.choice().names());
        Validator.Observer images = Validator.collecting(
                new AnnotatedImages(folder.file("predictions"), setup.choice().names()));
        return (batch, detections) -> {
            counting.batch(batch, detections);
            sheets.batch(batch, detections);
            images.batch(batch, detections);
            stop.stopIfAsked("stopped; the training is complete, its weights are in " + folder.file("weights"));
        };
    }
}
