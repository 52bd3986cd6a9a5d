package io.yolofit.app.training;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.PAGE;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SYNC_BN;
import static io.yolofit.train.options.OptionTable.TENSORBOARD;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.ResultsRecorder;
import io.yolofit.api.run.RunFolder;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.CountProgress;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.StoppedException;
import io.yolofit.app.console.TrainProgress;
import io.yolofit.app.console.Units;
import io.yolofit.app.evaluation.AnnotatedImages;
import io.yolofit.app.evaluation.BatchSheets;
import io.yolofit.app.evaluation.EvaluationPlots;
import io.yolofit.app.evaluation.MetricsText;
import io.yolofit.app.evaluation.OutputNames;
import io.yolofit.app.evaluation.ProgressObserver;
import io.yolofit.app.evaluation.ValidationPictures;
import io.yolofit.app.evaluation.ValidationReport;
import io.yolofit.app.live.LivePage;
import io.yolofit.app.page.FrontierSvg;
import io.yolofit.app.page.MemorySvg;
import io.yolofit.app.planning.HostEstimate;
import io.yolofit.app.plot.Drawing;
import io.yolofit.app.plot.ResultsPlot;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanReports;
import io.yolofit.app.report.RunMemory;
import io.yolofit.app.report.RunMemoryText;
import io.yolofit.app.tensorboard.TensorBoard;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.engine.Engine;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.SplitChoice;
import io.yolofit.train.plan.loading.LoaderSetting;
import io.yolofit.train.plan.loading.LoadingMachine;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// One training run from the first step to the last plot, in its run folder.
///
/// @param setup with its memory reserved; `imgsz` of its options is a multiple of the model's stride
/// @param data  open; the caller closes it
/// @param start the checkpoint to resume from
/// @param group rank 0's end in the group of all ranks
public record TrainingRun(TrainingSetup setup, TrainingData data, RunFolder folder, Optional<Start> start,
        Console console, StopRequest stop, Communicator group) {
    /// The point at which a run resumes.
    public record Start(Path file, Checkpoint checkpoint) {}

    /// Trains, then validates the best weights.
    public void run() throws IOException {
        ResultsCsv results = start.isPresent()
                ? ResultsCsv.resume(folder.file("results.csv"), start.get().checkpoint().progress().epochs())
                : ResultsCsv.create(folder.file("results.csv"));
        boolean plots = options().get(PLOTS);
        if (plots && Drawing.failure().isPresent()) {
            console.warn("plots cannot be drawn on this machine: " + Drawing.failure().get());
        } else if (plots) {
            Drawing.missingCharacters(setup.choice().names()).ifPresent(console::warn);
        }
        var progress = new TrainProgress(console, options().get(EPOCHS), data.trainLoader().batches(),
                System::nanoTime);
        RunWatch watch = watch();
        var view = new TrainingView(console, progress, watch);
        try (var page = LivePage.of(options().get(PAGE), folder.path(), () -> view.memory().own(), console);
                var board = TensorBoard.of(options().get(TENSORBOARD), folder.path(), console);
                var events = board.listen(page.listen(events(view, watch, results)));
                var trainer = new Trainer(setup, data, folder.weights(), events, group)) {
            start.ifPresent(from -> trainer.resume(from.checkpoint(), from.file()));
            folder.writeArgs(data.explained(options()));
            PlanReport memory = announce();
            page.planned(engine().description(), plannedBytes(memory));
            if (drawsCharts()) {
                TrainingPictures.ofLabels(folder.file("labels.png"), data.train());
            }
            progress.begin();
            watch.loading().begin();
            Trainer.Outcome outcome = trainer.run();
            progress.close();
            if (outcome.stopped()) {
                throw new StoppedException(howToContinue(outcome.why()));
            }
            console.line("");
            console.line("Trained for " + Units.duration(Duration.ofMillis(Math.round(outcome.seconds() * 1000)))
                    + ": " + outcome.why() + ". Best epoch: " + (outcome.bestEpoch() + 1) + ".");
            console.line(watch.summary() + ".");
            if (drawsCharts()) {
                ResultsPlot.write(folder.file("results.png"), ResultsCsv.read(folder.file("results.csv")));
            }
            if (plots) { // after the training, which does not wait for the search for the frontier
                Files.writeString(folder.file("frontier.svg"), FrontierSvg.of(memory.run(), setup.plan()));
            }
            Optional<Validation> best = measure(trainer, view);
            RunMemory measured = RunMemory.measured(memory, setup.plan().memory(), DeviceMemory.of(engine()),
                    ResidentMemory.parts(data.heldImageBytes()));
            writeMemory(measured);
            writeResults(outcome, watch.summary(), best, measured);
            RunMemoryText.summary(measured).forEach(console::line);
        }
    }

    /// A validation is not interrupted: the checkpoint of the epoch, which follows it, would be lost.
    private TrainingEvents events(TrainingView view, RunWatch watch, ResultsCsv results) throws IOException {
        var events = new TrainingEvents(stop::isRequested).direct("the progress line", view)
                .direct("resources.csv", watch)
                .direct("results.csv", new ResultsRecorder(results))
                .validations("the progress of validation", () -> new ProgressObserver(new CountProgress(console,
                        "validating", data.valLoader().imageCount(), "images", System::nanoTime)));
        KubeflowProgress.of(System.getenv(), console::warn).ifPresent(job ->
                events.listen("the progress of the job", job.listener(options().get(EPOCHS))));
        if (options().get(PLOTS) && (options().get(PAGE).on() || options().get(TENSORBOARD))) {
            var pictures = new ValidationPictures(folder.path(), setup.choice().names(), System::nanoTime);
            events.validations("the pictures of validation", pictures::next);
        }
        if (options().get(PLOTS) && start.isEmpty()) {
            events.batches("the pictures of training batches",
                    TrainingPictures.ofFirstBatches(folder.path(), setup.choice().names()));
        }
        return events;
    }

    private RunWatch watch() throws IOException {
        Supplier<MemoryReading> device = DeviceMemory.readings(engine());
        MemoryRule lowMemory = new MemoryRule.LowHostMemory();
        var host = new MemoryWatch(ResidentMemory::reading, lowMemory, console::warn, System::nanoTime);
        var machine = LoadingMachine.of(data.train().images(), data.val().images(), options().get(IMGSZ),
                CacheFolder.path());
        return new RunWatch(console, DeviceMemory.isOn(engine()) ? new MemoryWatch(device,
                new MemoryRule.OtherProcesses(), console::warn, System::nanoTime) : host, host,
                new LoadingWatch(data::trainWaitedNanos, System::nanoTime),
                new LoadingNotice(new LoaderSetting(options().get(WORKERS), options().get(CACHE)), machine),
                ResourceLog.open(folder.file("resources.csv"), start.map(from ->
                        from.checkpoint().progress().epochs()).orElse(0)));
    }

    private Options options() {
        return setup.options();
    }

    private Engine engine() {
        return setup.compiled().engine();
    }

    private String howToContinue(String stopped) {
        Path last = folder.file("weights").resolve("last.safetensors");
        return Files.exists(last) ? stopped + "; `yolofit train resume=" + last + "` continues " + (options().get(SAVE)
                ? "after its last step" : "after the last saved epoch") : stopped + "; save=false: nothing was saved";
    }

    /// Whether charts are requested and Java can draw them: it needs a font.
    private boolean drawsCharts() {
        return options().get(PLOTS) && Drawing.failure().isEmpty();
    }

    private PlanReport announce() throws IOException {
        PlanReport plan = PlanReports.of(String.format(Locale.ROOT, "%s, %d px, batch %d, %s",
                setup.choice().model().name(), options().get(IMGSZ), options().get(BATCH),
                setup.compileOptions().precision().text()), setup.plan())
                .with(HostEstimate.of(options(), setup.images().facts(), setup.plan(), !DeviceMemory.isOn(engine())));
        writeMemory(RunMemory.planned(plan));
        if (options().get(PLOTS)) {
            Files.writeString(folder.file("plan.svg"), MemorySvg.of(plan.run(), setup.plan()));
        }
        console.line(engine().description() + "; tensors need " + Units.bytes(plan.arena()) + ", the "
                + "process about " + Units.bytes(plannedBytes(plan)) + (DeviceMemory.isOn(engine()) ? ""
                : " of host memory") + " (" + folder.file("memory.txt") + ")");
        console.line("run folder: " + folder);
        if (group.ranks() > 1) {
            console.line(group.ranks() + " ranks share every batch of " + options().get(BATCH) + " images; batch norm "
                    + (options().get(SYNC_BN) ? "sees all of them" : "of each rank sees its own"));
        }
        start.ifPresent(from -> console.line(resuming(from.checkpoint())));
        return plan;
    }

    /// Memory of the process on its device, which may be the host.
    private long plannedBytes(PlanReport plan) {
        return DeviceMemory.isOn(engine()) ? setup.plan().memory().total() : plan.host().total();
    }

    private String resuming(Checkpoint checkpoint) {
        int epochs = checkpoint.progress().epochs();
        int batches = checkpoint.part().batches();
        return batches == 0 ? "resuming after epoch " + epochs + " of " + options().get(EPOCHS)
                : "resuming in epoch " + (epochs + 1) + " of " + options().get(EPOCHS) + ", after "
                        + batches + (batches == 1 ? " batch" : " batches");
    }

    private void writeMemory(RunMemory memory) throws IOException {
        Files.write(folder.file("memory.txt"), RunMemoryText.lines(memory));
        Files.writeString(folder.file("memory.json"), JsonText.of(memory) + "\n");
    }

    private void writeResults(Trainer.Outcome outcome, String loading, Optional<Validation> validation,
            RunMemory memory) throws IOException {
        List<String> names = setup.choice().names();
        ValidationReport report = validation.map(found -> ValidationReport.of(setup.choice().model().name(),
                options().get(DATA), SplitChoice.VAL.word(), options().get(IMGSZ), names, found, folder.toString()))
                .orElse(null);
        Files.writeString(folder.file("results.json"), JsonText.of(RunResults.of(setup.choice().model().name(), names,
                options(), ResultsCsv.read(folder.file("results.csv")), outcome, loading, report, memory)) + "\n");
    }

    /// Validates the best checkpoint.
    private Optional<Validation> measure(Trainer trainer, TrainingView view) throws IOException {
        Optional<Path> weights = List.of("best.safetensors", "last.safetensors").stream()
                .map(name -> folder.file("weights").resolve(name)).filter(Files::exists).findFirst();
        Optional<Validation> validation = weights.isPresent()
                ? Optional.of(trainer.validate(Checkpoint.read(weights.get()), observer())) : view.latest();
        if (validation.isEmpty()) {
            return validation; // save=false and val=false: no checkpoint and no validation
        }
        console.line("");
        weights.ifPresent(file -> console.line(file + " on the validation split:"));
        MetricsText.lines(validation.get().metrics(), setup.choice().names()).forEach(console::line);
        if (drawsCharts()) {
            EvaluationPlots.write(folder.path(), validation.get(), setup.choice().names());
        }
        console.line("");
        console.line("results are in " + folder + (options().get(PLOTS) && weights.isPresent()
                ? ", annotated validation images in " + folder.file("predictions") : ""));
        return validation;
    }

    private Validator.Observer observer() {
        var count = new CountProgress(console, "validating", data.valLoader().imageCount(), "images", System::nanoTime);
        Validator.Observer counting = new ProgressObserver(count);
        if (!options().get(PLOTS)) {
            return counting;
        }
        var sheets = new BatchSheets(folder.path(), setup.choice().names());
        Validator.Observer images = Validator.collecting(
                new AnnotatedImages(folder.file("predictions"), setup.choice().names(), OutputNames.of(
                        data.val().images().stream().map(LabeledImage::path).toList())));
        return (batch, detections) -> {
            counting.batch(batch, detections);
            sheets.batch(batch, detections);
            images.batch(batch, detections);
            stop.stopIfRequested("stopped; the training is complete, its weights are in " + folder.file("weights"));
        };
    }
}
