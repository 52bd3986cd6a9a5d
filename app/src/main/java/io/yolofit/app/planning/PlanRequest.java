package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.GPUS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RANKS;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;

import io.yolofit.api.model.ModelInput;
import io.yolofit.api.run.RunModel;
import io.yolofit.app.report.GpuPlans;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanReports;
import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.search.BudgetSearch;
import io.yolofit.train.plan.search.PlannedRun;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.zoo.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// A run that `plan` is asked about: its options, its model and what is known of its images.
///
/// @param options with an image size that is a multiple of the model's stride
public record PlanRequest(Options options, Model model, DataFacts data) {
    private static final int MOST_RANKS = 1024;

    /// Reads the model and, if there are any, scans the images.
    public static PlanRequest of(Options given, Messages log) {
        Optional<Dataset> dataset = given.find(DATA).map(file -> DataSource.load(Path.of(file), log::line));
        Model model = ModelInput.architecture(given, classes(given, dataset));
        RunModel.requireTrainable(given, model);
        requireGpus(given);
        Options options = ModelInput.withImageSize(given, model, log);
        return new PlanRequest(options, model, dataset.map(found -> TrainingImages.scan(found, options,
                options.get(IMGSZ), model.stride(), log::line).facts()).orElseGet(DataFacts::assumed));
    }

    private static void requireGpus(Options options) {
        List<Integer> ranks = options.get(RANKS);
        if (ranks.stream().anyMatch(number -> number < 1 || number > MOST_RANKS)) {
            throw new YoloFitException("expected numbers of GPUs from 1 to " + MOST_RANKS + ", such as 1,2,4,8",
                    options.assignment(RANKS), "give such numbers");
        }
        if (!ranks.isEmpty() && PlanTarget.isOnCpu(options)) {
            throw new YoloFitException(Failure.naming(options.assignment(RANKS),
                    "ranks= predicts the speed of several GPUs", "leave device=cpu out"));
        }
    }

    private static OptionalInt classes(Options options, Optional<Dataset> dataset) {
        if (options.get(SINGLE_CLS)) {
            return OptionalInt.of(1);
        }
        return dataset.isPresent() ? OptionalInt.of(dataset.get().classes()) : OptionalInt.empty();
    }

    /// This run with a batch size that the planner chooses, unless one was given.
    public PlanRequest automatic() {
        return new PlanRequest(GpuComparison.automatic(options), model, data);
    }

    /// The run that the planner chooses for a device.
    ///
    /// @throws io.yolofit.train.plan.search.NothingFitsException if the device has too little memory
    public PlannedRun planned(PlanTarget device) {
        return BudgetSearch.choose(options, model, data, device.target());
    }

    /// The run on each of these GPUs.
    public GpuPlans on(List<GpuModel> cards) {
        int classes = model.head().classes();
        String title = String.format(Locale.ROOT, "%s, %d %s, %d px, %d epochs%s", model.title(), classes,
                classes == 1 ? "class" : "classes", options.get(IMGSZ), options.get(EPOCHS),
                data.trainImages().isPresent() ? " of " + data.trainImages().getAsInt() + " images" : "");
        return GpuComparison.of(title, options, model, data, cards);
    }

    /// The report of a planned run: memory, host memory, data loading and, on a GPU, the prediction.
    ///
    /// @param typed as given by the user, for the commands
    public PlanReport report(Options typed, PlannedRun run, PlanTarget device, Messages log) {
        PlanReport planned = PlanReports.of(title(run, device), run.plan())
                .with(HostEstimate.of(run.options(), data, run.plan(), device.onCpu()));
        PlanReport report = LoadingPlan.of(run.options(), data, run.plan(), model.stride(), device.onCpu(),
                log::line).map(planned::with).orElse(planned);
        if (device.onCpu()) {
            return report;
        }
        PlanReport predicted = report.with(PlannedText.prediction(typed, run));
        return options.find(GPUS).isPresent() ? predicted // the table of the GPUs has the scaling
                : ScalingPlan.of(run, model, data).map(predicted::with).orElse(predicted);
    }

    private String title(PlannedRun run, PlanTarget device) {
        Options chosen = run.options();
        RunSpec spec = (RunSpec) run.plan().spec();
        int classes = spec.model().head().classes();
        int accumulated = spec.schedule().accumulate();
        String objects = "up to " + Math.max(data.trainObjects(), data.valObjects()) + " objects per image"
                + (data.trainImages().isPresent() ? "" : " assumed");
        return String.format(Locale.ROOT, "%s, %d %s, %d px, batch %d%s, %s, %s, %s, on %s", spec.model().title(),
                classes, classes == 1 ? "class" : "classes", chosen.get(IMGSZ), chosen.get(BATCH),
                accumulated > 1 ? " x " + accumulated + " accumulated" : "",
                spec.compile().rule().name().toLowerCase(Locale.ROOT), spec.compile().precision().text(), objects,
                device.title());
    }
}
