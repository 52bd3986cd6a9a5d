package io.yolofit.bench;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;

import io.yolofit.api.run.Targets;
import io.yolofit.app.console.Console;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.gpu.GpuCatalog;
import io.yolofit.train.plan.search.BudgetSearch;
import io.yolofit.train.plan.search.MemoryBudget;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.plan.search.PlannedRun;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// All runs that could be the fastest within a memory limit, for measuring them: every batch size that divides 64, with
/// eight amounts of recomputation, planned exactly; of those that fit, the ones predicted to be at most a quarter
/// slower than the fastest. The run that `batch=-1` chooses comes first.
///
/// Prints `model,limit,batch,recompute,total_bytes,predicted images/s,chosen`; [StepGrid] measures
/// `model:batch:640:F16:recompute`. Needs no GPU.
///
/// Arguments: models (`yolov8n,yolov8s`), limits (`2GB,3GB`), GPU of the catalog (`h200`), objects in an image.
public final class BudgetCandidates {
    private static final int CLASSES = 3;
    private static final int TRAIN_IMAGES = 205;
    private static final int VAL_IMAGES = 87;
    private static final int NOMINAL = 64;
    private static final double WORTH_MEASURING = .8;
    private static final List<String> AMOUNTS = List.of("off", "0.15", "0.3", "0.45", "0.6", "default", "0.85", "max");

    private BudgetCandidates() {
    }

    private record Planned(Options options, RunPlan plan) {
        double images() {
            return plan.times().orElseThrow().images();
        }
    }

    public static void main(String[] arguments) {
        Target target = Targets.of(GpuCatalog.find(arguments[2]));
        int objects = Integer.parseInt(arguments[3]);
        DataFacts data = new DataFacts(OptionalInt.of(TRAIN_IMAGES), OptionalInt.of(VAL_IMAGES), objects, objects,
                Optional.empty());
        Console console = Console.ofSystem();
        for (String name : arguments[0].split(",")) {
            Model model = Model.of(ArchitectureCatalog.find(name), CLASSES);
            List<Planned> all = all(name, model, data, target);
            for (String limit : arguments[1].split(",")) {
                Options automatic = options(name, "batch=-1", "memory=" + limit);
                MemoryBudget budget = MemoryBudget.of(automatic, target);
                try {
                    PlannedRun chosen = BudgetSearch.choose(automatic, model, data, target);
                    console.line(line(name, limit, new Planned(chosen.options(), chosen.plan()), true));
                } catch (NothingFitsException full) {
                    console.line(name + "," + limit + ",,,,,nothing fits");
                }
                List<Planned> fitting = all.stream().filter(run -> budget.allows(run.plan.memory())).toList();
                double fastest = fitting.stream().mapToDouble(Planned::images).max().orElse(0);
                fitting.stream().filter(run -> run.images() >= WORTH_MEASURING * fastest)
                        .forEach(run -> console.line(line(name, limit, run, false)));
            }
        }
    }

    private static List<Planned> all(String name, Model model, DataFacts data, Target target) {
        List<Planned> all = new ArrayList<>();
        for (int batch = 1; batch <= NOMINAL; batch *= 2) {
            for (String amount : AMOUNTS) {
                Options run = options(name, "batch=" + batch, "recompute=" + amount, "val_batch=" + batch);
                all.add(new Planned(run, RunPlan.of(RunSpec.of(run, model, data, target), target)));
            }
        }
        return all;
    }

    private static Options options(String model, String... words) {
        List<String> all = new ArrayList<>(List.of("model=" + model, "imgsz=640", "optimizer=SGD", "amp=fp16"));
        all.addAll(List.of(words));
        return OptionsParser.parse(Mode.PLAN, all);
    }

    private static String line(String model, String limit, Planned run, boolean chosen) {
        return String.format(Locale.ROOT, "%s,%s,%d,%s,%d,%.1f,%s,%s", model, limit, run.options.get(BATCH),
                run.options.get(RECOMPUTE).text(), run.plan.memory().total(), run.images(),
                run.options.find(VAL_BATCH).map(String::valueOf).orElse(""), chosen ? "chosen" : "");
    }
}
