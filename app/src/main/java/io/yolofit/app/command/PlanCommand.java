package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.GPUS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.RANKS;
import static io.yolofit.train.options.OptionTable.REPORT;
import static io.yolofit.train.options.OptionTable.RESUME;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.TF32;

import io.yolofit.api.device.DeviceSelection;
import io.yolofit.api.device.Engines;
import io.yolofit.api.model.ModelInput;
import io.yolofit.api.run.RunModel;
import io.yolofit.api.run.Targets;
import io.yolofit.app.console.Console;
import io.yolofit.app.page.PlanPage;
import io.yolofit.app.planning.GpuComparison;
import io.yolofit.app.planning.HostEstimate;
import io.yolofit.app.planning.LoadingPlan;
import io.yolofit.app.planning.PlannedText;
import io.yolofit.app.planning.ScalingPlan;
import io.yolofit.app.report.GpuPlans;
import io.yolofit.app.report.GpuPlansText;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanReports;
import io.yolofit.app.report.PlanText;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.importing.DataSource;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.GpuInfo;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.search.BudgetSearch;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.plan.search.PlannedRun;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// `yolofit plan`: the memory of a training run. Needs neither an engine nor a native library. If the GPU of the run is
/// present, the memory of context and libraries is measured on it. With a data set, the loader of this machine is
/// measured for about a second. Takes all options of `train`.
public final class PlanCommand implements Command {
    private static final int MOST_RANKS = 1024;

    @Override
    public ExitCode run(Options given, Console console) throws IOException {
        if (given.get(RESUME).on()) {
            throw CommandException.usage("resume: a resumed run has the options of its run folder; plan them with "
                    + "cfg=<run folder>/args.yaml");
        }
        Console log = given.get(JSON) ? console.onErrors() : console;
        Optional<Dataset> dataset = given.find(DATA).map(file -> DataSource.load(Path.of(file), log::line));
        Model model = ModelInput.architecture(given, classes(given, dataset));
        RunModel.requireTrainable(given, model);
        requireGpus(given);
        Options options = ModelInput.withImageSize(given, model, log);
        List<GpuModel> cards = cards(options);
        DataFacts data = dataset.map(found -> TrainingImages.scan(found, options, options.get(IMGSZ), model.stride(),
                log::line).facts()).orElseGet(DataFacts::assumed);
        Optional<GpuPlans> table = cards.isEmpty() ? Optional.empty()
                : Optional.of(GpuComparison.of(text(options, model, data), options, model, data, cards));
        if (table.isPresent()) {
            (options.get(JSON) ? List.of(JsonText.of(table.get())) : GpuPlansText.lines(table.get()))
                    .forEach(console::line);
            if (options.find(REPORT).isEmpty() && (options.get(JSON) || cards.size() > 1)) {
                return ExitCode.OK;
            }
        }
        Optional<GpuInfo> gpu = cards.isEmpty() ? gpu(options, log) : Optional.empty();
        Target target = cards.isEmpty() ? target(options, gpu).at(new Slot(0, options.get(DEVICE).count()))
                : Targets.of(cards.getFirst());
        Options single = cards.isEmpty() ? options : GpuComparison.automatic(options);
        PlannedRun run = planned(given, single, model, data, target);
        PlanReport planned = PlanReports.of(text(run, data, target), run.plan())
                .with(HostEstimate.of(run.options(), data, run.plan(), isOnCpu(options)));
        PlanReport report = LoadingPlan.of(run.options(), data, run.plan(), model.stride(), isOnCpu(options),
                log::line).map(planned::with).orElse(planned);
        if (!isOnCpu(options)) {
            report = report.with(PlannedText.prediction(given, run));
            if (cards.isEmpty()) { // of cards, the table has it
                report = ScalingPlan.of(run, model, data).map(report::with).orElse(report);
            }
        }
        if (options.find(REPORT).isPresent()) {
            Path file = Path.of(options.get(REPORT));
            PlanPage.of(report, run.plan(), table).write(file);
            log.line("the plan was written to " + file);
        }
        if (cards.size() > 1 || table.isPresent() && options.get(JSON)) {
            return ExitCode.OK;
        }
        table.ifPresent(_ -> console.line(""));
        print(given, run, report, console);
        if (!options.get(JSON) && !isOnCpu(options) && gpu.isEmpty()) {
            console.line("On a GPU, the arena is the only allocation. Context and libraries are measured where a GPU "
                    + "is present.");
        }
        return ExitCode.OK;
    }

    private static void print(Options options, PlannedRun run, PlanReport report, Console console) {
        if (options.get(JSON)) {
            console.line(JsonText.of(report));
            return;
        }
        PlanText.lines(report).forEach(console::line);
        console.line("");
        List<String> choices = PlannedText.lines(options, run);
        choices.forEach(console::line);
        if (!choices.isEmpty()) {
            console.line("");
        }
        if (isOnCpu(options)) {
            console.line("On the CPU, tensors are allocated in pieces; workspaces of its kernels are part of the "
                    + "estimated host memory.");
        }
    }

    private static void requireGpus(Options options) {
        List<Integer> ranks = options.get(RANKS);
        if (ranks.stream().anyMatch(number -> number < 1 || number > MOST_RANKS)) {
            throw CommandException.usage("ranks=" + RANKS.text(ranks) + ": expected numbers of GPUs from 1 "
                    + "to " + MOST_RANKS + ", such as 1,2,4,8");
        }
        if (!ranks.isEmpty() && isOnCpu(options)) {
            throw CommandException.usage("ranks= predicts the speed of several GPUs; leave device=cpu out");
        }
    }

    /// The GPUs that `gpus=` names; none without it.
    private static List<GpuModel> cards(Options options) {
        if (options.find(GPUS).isEmpty()) {
            return List.of();
        }
        if (isOnCpu(options)) {
            throw CommandException.usage("gpus=" + options.get(GPUS) + " and device=cpu exclude each other");
        }
        try {
            return GpuComparison.named(options.get(GPUS));
        } catch (IllegalArgumentException unknown) {
            throw CommandException.usage("gpus=" + options.get(GPUS) + ": " + unknown.getMessage());
        }
    }

    private static PlannedRun planned(Options given, Options options, Model model, DataFacts data, Target target) {
        try {
            return BudgetSearch.choose(options, model, data, target);
        } catch (NothingFitsException full) {
            throw new CommandException(PlannedText.message(full, given), full);
        }
    }

    private static OptionalInt classes(Options options, Optional<Dataset> dataset) {
        if (options.get(SINGLE_CLS)) {
            return OptionalInt.of(1);
        }
        return dataset.isPresent() ? OptionalInt.of(dataset.get().classes()) : OptionalInt.empty();
    }

    private static boolean isOnCpu(Options options) {
        return options.get(DEVICE).equals(DeviceChoice.CPU) || options.get(DEVICE) instanceof DeviceChoice.Cpus;
    }

    /// The GPU of the run, if present. A plan for an absent GPU is valid too.
    private static Optional<GpuInfo> gpu(Options options, Console log) {
        if (isOnCpu(options)) {
            return Optional.empty();
        }
        DeviceChoice choice = options.get(DEVICE) instanceof DeviceChoice.Gpus(var numbers)
                ? DeviceChoice.gpu(numbers.getFirst()) : options.get(DEVICE);
        try {
            DeviceSelection selection = DeviceSelection.of(choice, false, EngineProviders.devices());
            if (selection.gpu().isPresent() && !selection.why().isEmpty()) {
                log.line(selection.why());
            }
            return selection.gpu();
        } catch (DeviceSelection.NotThere _) {
            return Optional.empty();
        }
    }

    /// The device of the run. The memory of a present GPU is measured before the kernels of the run are loaded.
    private static Target target(Options options, Optional<GpuInfo> gpu) {
        if (isOnCpu(options)) {
            return Targets.cpu();
        }
        if (gpu.isEmpty()) {
            return Targets.absentGpu();
        }
        try (GpuEngine engine = Engines.open(gpu.get(), options.get(TF32))) {
            return Targets.of(engine);
        }
    }

    /// The run, without what depends on a device.
    private static String text(Options options, Model model, DataFacts data) {
        int classes = model.head().classes();
        return String.format(Locale.ROOT, "%s, %d %s, %d px, %d epochs%s", model.title(), classes,
                classes == 1 ? "class" : "classes", options.get(IMGSZ), options.get(EPOCHS),
                data.trainImages().isPresent() ? " of " + data.trainImages().getAsInt() + " images" : "");
    }

    private static String text(PlannedRun run, DataFacts data, Target target) {
        Options options = run.options();
        RunSpec spec = (RunSpec) run.plan().spec();
        int classes = spec.model().head().classes();
        int accumulated = spec.schedule().accumulate();
        String objects = "up to " + Math.max(data.trainObjects(), data.valObjects()) + " objects per image"
                + (data.trainImages().isPresent() ? "" : " assumed");
        return String.format(Locale.ROOT, "%s, %d %s, %d px, batch %d%s, %s, %s, %s, on %s", spec.model().title(),
                classes, classes == 1 ? "class" : "classes", options.get(IMGSZ), options.get(BATCH),
                accumulated > 1 ? " x " + accumulated + " accumulated" : "",
                spec.compile().rule().name().toLowerCase(Locale.ROOT), spec.compile().precision().text(), objects,
                device(options, target));
    }

    /// The device of the plan; of several, the first one.
    private static String device(Options options, Target target) {
        String name = isOnCpu(options) ? "the CPU" : target.memory().total().isPresent() ? target.name() : "a GPU";
        int ranks = target.slot().ranks();
        return ranks == 1 ? name : name + ", first of " + ranks + " ranks";
    }
}
