package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;

import io.yolofit.api.run.Targets;
import io.yolofit.app.report.GpuPlans.GpuPlan;
import io.yolofit.app.report.GpuPlans;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.AutoBatch;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.RunTimes;
import io.yolofit.train.plan.gpu.GpuCatalog;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.search.DeviceRun;
import io.yolofit.train.plan.search.PlannedRun;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One run on GPUs of the catalog.
public final class GpuComparison {
    private static final String ALL = "all";
    private static final Pattern SEVERAL = Pattern.compile("(\\d{1,4})\\s*x\\s*(.+)");

    private GpuComparison() {}

    /// The GPUs that `gpus=` names.
    ///
    /// @throws IllegalArgumentException for an unknown name, with the known ones, and for a number of GPUs
    public static List<GpuModel> named(String text) {
        return text.strip().equalsIgnoreCase(ALL) ? GpuCatalog.all()
                : Arrays.stream(text.split(",")).map(String::strip).filter(name -> !name.isEmpty())
                        .map(GpuComparison::one).distinct().toList();
    }

    private static GpuModel one(String name) {
        Matcher several = SEVERAL.matcher(name);
        if (several.matches()) {
            GpuModel gpu = GpuCatalog.find(several.group(2));
            throw new IllegalArgumentException("gpus= names kinds of GPUs; for " + several.group(1) + " of them: ranks="
                    + several.group(1) + " gpus=" + gpu.name());
        }
        return GpuCatalog.find(name);
    }

    /// The options with a batch size that the planner chooses, unless one was given.
    public static Options automatic(Options options) {
        return options.isChosen(BATCH) || options.find(AUTO_BATCH).isPresent() ? options
                : options.with(AUTO_BATCH, new AutoBatch(OptionalDouble.empty(), OptionalInt.empty()));
    }

    /// @param run     description of the run
    /// @param options with an image size that is a multiple of the model's stride
    public static GpuPlans of(String run, Options options, Model model, DataFacts data, List<GpuModel> gpus) {
        List<DeviceRun> runs = DeviceRun.compare(automatic(options), model, data,
                gpus.stream().map(Targets::of).toList());
        List<GpuPlan> plans = new ArrayList<>();
        for (int i = 0; i < gpus.size(); i++) {
            plans.add(plan(gpus.get(i), runs.get(i)));
        }
        return new GpuPlans(run, plans, runs.stream().flatMap(one -> one.run().stream())
                .flatMap(planned -> ScalingPlan.of(planned, model, data).stream()).toList());
    }

    private static GpuPlan plan(GpuModel gpu, DeviceRun run) {
        String source = gpu.rates().source();
        boolean measured = gpu.hasMeasuredRates();
        if (run.run().isEmpty()) {
            return new GpuPlan(gpu.name(), gpu.title(), gpu.memory(), gpu.usable(), false, null, null, null, null, null,
                    null, null, measured, source, run.reason());
        }
        PlannedRun planned = run.run().get();
        RunSpec spec = (RunSpec) planned.plan().spec();
        RunTimes times = planned.plan().times().orElseThrow();
        return new GpuPlan(gpu.name(), gpu.title(), gpu.memory(), gpu.usable(), true, spec.schedule().batch(),
                spec.schedule().accumulate(), planned.options().get(RECOMPUTE).text(),
                spec.compile().precision().text(), planned.plan().memory().total(), times.images(),
                times.hours().isPresent() ? Double.valueOf(times.hours().getAsDouble()) : null, measured, source, "");
    }
}
