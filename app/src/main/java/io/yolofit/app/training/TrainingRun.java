package io.yolofit.app.training;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
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
import io.yolofit.app.console.TrainProgress;
import io.yolofit.app.console.Units;
import io.yolofit.app.evaluation.AnnotatedImages;
import io.yolofit.app.evaluation.BatchSheets;
import io.yolofit.app.evaluation.OutputNames;
import io.yolofit.app.evaluation.ProgressObserver;
import io.yolofit.app.evaluation.ValidationPictures;
import io.yolofit.app.live.LivePage;
import io.yolofit.app.planning.HostEstimate;
import io.yolofit.app.plot.Drawing;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanReports;
import io.yolofit.app.tensorboard.TensorBoard;
import io.yolofit.base.ShellWord;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.engine.Engine;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.loading.LoaderSetting;
import io.yolofit.train.plan.loading.LoadingMachine;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// One training run from the first step to the last plot, in its run folder.
///
/// @param setup with its memory reserved; `imgsz` of its options is a multiple of the model's stride
/// @param data  open; the caller closes it
/// @param start the checkpoint to resume from
/// @param group rank 0's end in the group of all ranks
public record TrainingRun(TrainingSetup setup, TrainingData data, RunFolder folder, Optional<Start> start,
        Console console, StopRequest stop, Communicator group) {
    /// The point at which a run resumes. Once all ranks of this process have the checkpoint's state, its tensors are
    /// released: as the bytes of the file and as arrays they take twice the memory of the state.
    public static final class Start {
        private final Path file;
        private final AtomicReference<Checkpoint> checkpoint;
        private final AtomicInteger waiting = new AtomicInteger(1);

        public Start(Path file, Checkpoint checkpoint) {
            this.file = file;
            this.checkpoint = new AtomicReference<>(checkpoint);
        }

        public Path file() {
            return file;
        }

        /// Without tensors if the ranks have its state.
        public Checkpoint checkpoint() {
            return checkpoint.get();
        }

        /// Sets the number of ranks in this process.
        void awaitedBy(int ranks) {
            waiting.set(ranks);
        }

        /// Restores the state of one rank.
        void resume(BiConsumer<Checkpoint, Path> trainer) {
            trainer.accept(checkpoint.get(), file);
            if (waiting.decrementAndGet() == 0) {
                checkpoint.updateAndGet(Checkpoint::withoutTensors);
            }
        }
    }

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
        PlanReport plan = plan();
        var progress = new TrainProgress(console, options().get(EPOCHS), data.trainLoader().batches(),
                System::nanoTime);
        RunWatch watch = watch();
        var view = new TrainingView(console, progress, watch, folder, setup);
        try (var page = LivePage.of(options().get(PAGE), folder.path(), () -> view.memory().own(), console);
                var events = new TrainingEvents(stop::isRequested)) {
            TensorBoard board = TensorBoard.of(options().get(TENSORBOARD), folder.path(), console);
            listen(events, plan, view, watch, results);
            board.listen(page.listen(events)); // after resources.csv, which the page reads
            page.planned(engine().description(), plannedBytes(plan));
            train(events, plan);
        }
    }

    private void train(TrainingEvents events, PlanReport plan) throws IOException {
        try (var trainer = new Trainer(setup, data, folder.weights(), events, group)) {
            start.ifPresent(from -> from.resume(trainer::resume));
            folder.writeArgs(data.explained(options()));
            announce(plan);
            Trainer.Outcome outcome = trainer.run();
            if (outcome.stopped()) {
                throw stop.exception(howToContinue(outcome.why()));
            }
            if (trainer.finish(outcome, stop::isRequested).stopped()) {
                throw stop.exception("stopped; the training is complete, its weights are in " + folder.file("weights"));
            }
        }
    }

    /// Adds the listeners of a run, in the order in which they receive an event: plots before the clocks of progress
    /// and loading start, the metrics before the plots that show them, `results.json` last.
    private void listen(TrainingEvents events, PlanReport plan, TrainingView view, RunWatch watch,
            ResultsCsv results) {
        boolean plots = options().get(PLOTS);
        boolean charts = plots && Drawing.failure().isEmpty(); // Java needs a font
        var memory = new MemoryReport(plan, folder, setup, data, console);
        events.direct("the report of the planned memory", memory.planned());
        if (plots) {
            events.direct("plan.svg", TrainingPictures.ofPlan(folder.file("plan.svg"), plan.run()));
        }
        if (charts) {
            events.direct("labels.png", TrainingPictures.ofLabels(folder.file("labels.png"), data.train()));
        }
        events.direct("the progress line", view)
                .direct("resources.csv", watch)
                .direct("results.csv", new ResultsRecorder(results));
        if (charts) {
            events.direct("results.png", TrainingPictures.ofResults(folder.file("results.png"),
                    folder.file("results.csv")))
                    .direct("the plots of the final validation", TrainingPictures.ofMetrics(folder.path(), names()));
        }
        if (plots) {
            events.direct("frontier.svg", TrainingPictures.ofFrontier(folder.file("frontier.svg"), plan.run(),
                    setup.plan()));
        }
        events.direct("the memory report", memory)
                .direct("results.json", new ResultsReport(folder, setup, watch::summary, memory::memory));
        KubeflowProgress.of(System.getenv(), console::warn).ifPresent(job ->
                events.listen("the progress of the job", job.listener(options().get(EPOCHS))));
        observe(events, plots);
    }

    /// Adds the observers of batches. A validation of an epoch is not interrupted: the checkpoint of the epoch, which
    /// follows it, would be lost.
    private void observe(TrainingEvents events, boolean plots) {
        Supplier<Validator.Observer> progress = () -> new ProgressObserver(new CountProgress(console, "validating",
                data.valLoader().imageCount(), "images", System::nanoTime));
        events.validations("the progress of validation", progress)
                .finalValidation("the progress of the final validation", progress);
        if (plots && (options().get(PAGE).on() || options().get(TENSORBOARD))) {
            var pictures = new ValidationPictures(folder.path(), names(), System::nanoTime);
            events.validations("the pictures of validation", pictures::next);
        }
        if (plots && start.isEmpty()) {
            events.batches("the pictures of training batches", TrainingPictures.ofFirstBatches(folder.path(),
                    names()));
        }
        if (plots) {
            events.finalValidation("the pictures of the final validation", () -> new BatchSheets(folder.path(),
                    names()))
                    .finalValidation("the annotated validation images", () -> Validator.collecting(
                            new AnnotatedImages(folder.file("predictions"), names(), OutputNames.of(
                                    data.val().images().stream().map(LabeledImage::path).toList()))));
        }
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

    private List<String> names() {
        return setup.choice().names();
    }

    private Engine engine() {
        return setup.compiled().engine();
    }

    private String howToContinue(String stopped) {
        Path last = folder.file("weights").resolve("last.safetensors");
        if (!Files.exists(last)) {
            return stopped + "; save=false: nothing was saved";
        }
        return stopped + "; `yolofit train " + ShellWord.of("resume=" + last) + "` continues "
                + (options().get(SAVE) ? "after its last step" : "after the last saved epoch");
    }

    private PlanReport plan() {
        return PlanReports.of(String.format(Locale.ROOT, "%s, %d px, batch %d, %s",
                setup.choice().model().name(), options().get(IMGSZ), options().get(BATCH),
                setup.compileOptions().precision().text()), setup.plan())
                .with(HostEstimate.of(options(), setup.images().facts(), setup.plan(), !DeviceMemory.isOn(engine())));
    }

    private void announce(PlanReport plan) {
        console.line(engine().description() + "; tensors need " + Units.bytes(plan.arena()) + ", the "
                + "process about " + Units.bytes(plannedBytes(plan)) + (DeviceMemory.isOn(engine()) ? ""
                : " of host memory") + " (" + folder.file("memory.txt") + ")");
        console.line("run folder: " + folder);
        if (group.ranks() > 1) {
            console.line(group.ranks() + " ranks share every batch of " + options().get(BATCH) + " images; batch norm "
                    + (options().get(SYNC_BN) ? "sees all of them" : "of each rank sees its own"));
        }
        start.ifPresent(from -> console.line(resuming(from.checkpoint())));
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
}
