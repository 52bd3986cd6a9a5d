package io.yolofit.train.plan.search;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.IMGSZ_SCHEDULE;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;

import io.yolofit.graph.DType;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSchedule;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Loading;
import io.yolofit.train.plan.ProcessMemory;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.ModelGraphs;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Variants of one run on one device: estimates of their memory and time, upper bounds, and exact plans. Every variant
/// is estimated once.
final class RunVariants {
    /// Shares are chosen in these steps, so that they can be read and typed.
    private static final double SHARE_STEP = .02;
    private static final int TRIES = 4;
    private static final long STATE_BYTES = 8;
    private static final long WORD = 4;
    /// Above this share, a suggestion has the largest one: it needs one search instead of three.
    private static final double MUCH = .9;
    /// Batches of at most this ratio are estimated from each other.
    private static final int BATCH_RATIO = 8;
    /// Of [RunPlan#upperBound] above an estimate.
    private static final double BOUND_MARGIN = .007;
    /// Recomputation saves less than this part of a step's memory.
    private static final double MOST_SAVED = .95;

    private final Model model;
    private final DataFacts data;
    private final Target target;
    private final MemoryBudget budget;
    private final SharedPlans shared;
    private final Map<String, StepEstimate> estimates = new ConcurrentHashMap<>();
    private final Map<String, RecomputeCurve> curves = new ConcurrentHashMap<>();
    /// The run that each curve is computed for, which is the first that needs it.
    private final Map<String, RunSpec> curveRuns = new ConcurrentHashMap<>();

    private StateLayout layout;
    private ModelGraphs graphs;

    /// @param shared of the same run on other devices
    RunVariants(Model model, DataFacts data, Target target, MemoryBudget budget, SharedPlans shared) {
        this.model = model;
        this.data = data;
        this.target = target;
        this.budget = budget;
        this.shared = shared;
    }

    /// Variants of the same run with another model.
    RunVariants of(Model other) {
        return new RunVariants(other, data, target, budget, new SharedPlans(RecomputeCurve.ENDS));
    }

    /// The description of a run; variants share the layout of their model.
    RunSpec spec(Options run) {
        return RunSpec.of(run, model, layout(run), data, target);
    }

    private synchronized StateLayout layout(Options run) {
        if (layout == null) {
            layout = RunSpec.layout(run, model);
            graphs = new ModelGraphs(model, layout);
        }
        return layout;
    }

    private synchronized ModelGraphs graphs(Options run) {
        layout(run);
        return graphs;
    }

    StepEstimate estimate(Options run) {
        String key = key(run);
        StepEstimate known = estimates.get(key);
        if (known == null) {
            known = shared.estimate(key, () -> spec(run), target, graphs(run));
            estimates.put(key, known);
        }
        return known;
    }

    private static String key(Options run) {
        return run.without(RECOMPUTE).toString();
    }

    /// Estimates runs that differ in their batches only, some from their graphs and the others by interpolation:
    /// memory and time are nearly linear in the batch where the programs are the same.
    ///
    /// @param ascending by batch
    void estimate(List<Options> ascending) {
        Map<Boolean, List<Options>> groups = ascending.stream().collect(Collectors.partitioningBy(run ->
                spec(run).compile().accumulating()));
        groups.values().stream().flatMap(group -> anchors(group).stream()).toList().parallelStream()
                .forEach(this::estimate);
        for (List<Options> group : groups.values()) {
            List<Options> known = anchors(group);
            for (int i = 1; i < known.size(); i++) {
                between(group, known.get(i - 1), known.get(i));
            }
        }
    }

    /// The first run, the last, and some between them.
    private static List<Options> anchors(List<Options> ascending) {
        List<Options> anchors = new ArrayList<>();
        for (int i = 0; i < ascending.size(); i++) {
            if (anchors.isEmpty() || i == ascending.size() - 1
                    || ascending.get(i + 1).get(BATCH) > BATCH_RATIO * anchors.getLast().get(BATCH)) {
                anchors.add(ascending.get(i));
            }
        }
        return anchors;
    }

    private void between(List<Options> runs, Options low, Options high) {
        StepEstimate below = estimate(low);
        StepEstimate above = estimate(high);
        for (Options run : runs) {
            int batch = run.get(BATCH);
            if (batch > low.get(BATCH) && batch < high.get(BATCH)) {
                estimates.put(key(run), StepEstimate.between(below, above, batch));
            }
        }
    }

    /// One curve for all variants of a precision and rule of update: memory and time are in proportion to the pixels.
    RecomputeCurve curve(Options run) {
        String key = needsCurve(run);
        return curves.computeIfAbsent(key, _ -> shared.curve(key, curveRuns.get(key), target, graphs(run)));
    }

    private static String curveKey(RunSpec spec) {
        return spec.compile().precision() + " " + spec.compile().accumulating();
    }

    private String needsCurve(Options run) {
        RunSpec spec = spec(run);
        curveRuns.putIfAbsent(curveKey(spec), spec);
        return curveKey(spec);
    }

    /// Bytes that recomputation saves at most, which takes less time than the curve.
    private double mostSaved(Options run, StepEstimate estimate) {
        String key = needsCurve(run);
        return shared.mostSaved(key, curveRuns.get(key), target, graphs(run)).of(estimate.pixels());
    }

    /// The share of the largest saving that makes a run fit, by estimate: 0 or less if it fits without recomputation,
    /// above 1 if it does not fit at all.
    double neededShare(Options run) {
        return neededShare(run, 0);
    }

    /// The same for an upper bound of the run's memory.
    double neededShareOfBound(Options run) {
        return neededShare(run, BOUND_MARGIN);
    }

    /// @param margin part of the arena by which it may be larger than estimated
    private double neededShare(Options run, double margin) {
        if (budget.bytes().isEmpty()) {
            return 0;
        }
        StepEstimate estimate = estimate(run);
        long limit = budget.bytes().getAsLong();
        long excess = estimate.memory(target, 0).total() + Math.round(margin * (limit - target.memory().context()))
                - limit;
        if (excess <= 0) {
            return 0;
        }
        if (excess > MOST_SAVED * estimate.step()) {
            return Double.POSITIVE_INFINITY;
        }
        double most = mostSaved(run, estimate);
        return most > 0 ? excess / most : Double.POSITIVE_INFINITY;
    }

    /// Whether a run may fit, by the estimate of a larger one that differs in its batch or image size: of the memory
    /// that does not shrink with them, only what has the size of the parameters is counted.
    boolean mayFit(Options run, Options larger) {
        if (!mayHold(run)) {
            return false;
        }
        StepEstimate estimate = estimate(larger);
        double part = pixels(run) / pixels(larger);
        double fixed = fixedBytes(larger);
        return budget.allows(estimate.least(target, part, estimate.step(), fixed).total()) && budget.allows(
                estimate.least(target, part, mostSaved(larger, estimate), fixed).total());
    }

    /// Bytes at the peak of a step that have the size of the parameters: gradients, unless they persist, and the copy
    /// of mixed precision. They are live at the beginning of the backward pass.
    private double fixedBytes(Options run) {
        if (!run.get(FREEZE).isEmpty()) {
            return 0; // frozen parameters have no gradients
        }
        CompileOptions compile = spec(run).compile();
        return (double) ((compile.accumulating() ? 0 : WORD) + copyBytes(compile)) * model.parameterCount();
    }

    private static long copyBytes(CompileOptions compile) {
        return compile.precision() == DType.F32 ? 0 : compile.precision().bytes();
    }

    /// Whether a run with a simpler optimizer may fit, by the estimate of another one.
    boolean mayFitWithLessState(Options simpler, Options run) {
        long moments = spec(run).compile().rule().moments() - spec(simpler).compile().rule().moments();
        return budget.allows(memory(run, 1) - WORD * moments * model.parameterCount());
    }

    /// Whether the state of the model alone may fit: parameters and their average, in fp32.
    boolean mayHold() {
        return budget.allows(STATE_BYTES * model.parameterCount() + target.memory().context());
    }

    /// Whether the state of a run alone may fit: a lower bound that takes no graph. Parameters, their average, moments
    /// and gradients are in fp32. Mixed precision adds a copy of the parameters. Gradients and copy are live at the
    /// beginning of the backward pass, whether gradients are accumulated or not.
    boolean mayHold(Options run) {
        if (!mayHold()) {
            return false;
        }
        if (!run.get(FREEZE).isEmpty()) {
            return true; // frozen parameters have neither gradients nor moments
        }
        CompileOptions compile = spec(run).compile();
        long bytes = STATE_BYTES + WORD * (1 + compile.rule().moments()) + copyBytes(compile);
        return budget.allows(bytes * model.parameterCount() + target.memory().context());
    }

    private static double pixels(Options run) {
        return (double) run.get(BATCH) * run.get(IMGSZ) * run.get(IMGSZ);
    }

    /// Predicted training images per second, with a share of the largest saving.
    double images(Options run, double share) {
        StepEstimate estimate = estimate(run);
        double recomputed = share > 0 ? curve(run).seconds(share, estimate.pixels()) : 0;
        return (double) estimate.shape().images() * target.slot().ranks()
                / (estimate.seconds() + estimate.update() + recomputed);
    }

    /// Estimated bytes of the process.
    long memory(Options run, double share) {
        StepEstimate estimate = estimate(run);
        return estimate.memory(target, share > 0 ? share * mostSaved(run, estimate) : 0).total();
    }

    /// Memory of the process with the requested validation batches, if these alone exceed the limit.
    OptionalLong validationMemory(Options run) {
        RunPlan bound = upperBound(run);
        long total = bound.memory().total();
        return run.isChosen(VAL_BATCH) && bound.isLimitedByValidation() && !budget.allows(total)
                ? OptionalLong.of(total) : OptionalLong.empty();
    }

    /// For each run what [#neededShare] is, in the order of the runs: those of one curve one after the other.
    ///
    /// @param runs that were estimated
    List<Double> neededShares(List<Options> runs) {
        Map<String, List<Options>> groups = runs.stream().collect(Collectors.groupingBy(run -> curveKey(spec(run))));
        Map<Options, Double> shares = new ConcurrentHashMap<>();
        groups.values().parallelStream().forEach(group -> group.forEach(run -> shares.put(run, neededShare(run))));
        return runs.stream().map(shares::get).toList();
    }

    /// The value of `recompute=` for a share: rounded up, and a word where one is near.
    Options recomputing(Options run, double share, String reason) {
        double usual = share > 0 && target.recompute() == Recompute.Policy.DEFAULT
                ? curve(run).share(Recompute.Policy.DEFAULT) : 0;
        boolean near = share > 0 && share <= usual && share > usual - 2 * SHARE_STEP;
        return run.with(RECOMPUTE, near ? RecomputeAmount.DEFAULT : amount(share), reason);
    }

    /// The share in steps, or a word at the ends.
    private static RecomputeAmount amount(double share) {
        return share <= 0 ? RecomputeAmount.OFF : share > 1 - SHARE_STEP ? RecomputeAmount.MAX
                : RecomputeAmount.share(Math.round(Math.ceil(share / SHARE_STEP) * SHARE_STEP * 100) / 100.0);
    }

    /// The exact plan of a run that fits, with as little recomputation as the limit allows; empty if it does not fit.
    ///
    /// @param share to begin with
    /// @param open  whether recomputation may be chosen
    Optional<Fitting> fit(Options run, double share, boolean open, String reason) {
        if (!open) {
            return Optional.of(planned(run)).filter(found -> budget.allows(found.plan.memory()));
        }
        double next = share;
        for (int i = 0; i < TRIES && next <= 1; i++) {
            Fitting found = planned(recomputing(run, next, reason));
            if (budget.allows(found.plan.memory())) {
                return Optional.of(found);
            }
            if (found.options.get(RECOMPUTE).equals(RecomputeAmount.MAX)) {
                return Optional.empty();
            }
            ProcessMemory memory = found.plan.isUpperBound() ? found.plan.leastMemory() : found.plan.memory();
            long excess = memory.total() - budget.bytes().orElseThrow();
            double most = mostSaved(run, estimate(run));
            next = Math.min(1, Math.max(next, 0) + Math.max(SHARE_STEP, 1.05 * excess / most));
        }
        return Optional.empty();
    }

    /// The exact plan of a run; only its bounds if its lower bound does not fit, which take less time.
    private Fitting planned(Options run) {
        if (budget.bytes().isPresent() && neededShare(run) > 0) {
            Fitting bound = shrunk(run, upperBound(run));
            if (!budget.allows(bound.plan.leastMemory())) {
                return bound;
            }
        }
        return shrunk(run);
    }

    private RunPlan upperBound(Options run) {
        return shared.upperBound(run, () -> spec(run), target, graphs(run));
    }

    /// The run with the least memory, whether it fits or not, and an upper bound of that.
    Fitting least(Options run) {
        Options recomputing = run.isChosen(RECOMPUTE) ? run : run.with(RECOMPUTE, RecomputeAmount.MAX, "");
        Options small = run.isChosen(VAL_BATCH) ? recomputing : recomputing.with(VAL_BATCH, run.get(BATCH), "");
        return new Fitting(small, upperBound(small));
    }

    /// A run that fits, found in at most three plans, with a little more recomputation than necessary: for
    /// suggestions.
    ///
    /// @param exact whether runs are planned exactly; or else an upper bound of their memory has to fit, which takes a
    ///              fraction of the time and misses runs within about 1 % of the limit
    Optional<Fitting> fitSoon(Options run, double share, boolean open, String reason, boolean exact) {
        double next = share <= 0 ? 0 : share + SHARE_STEP;
        for (int tries = 2; tries >= 0; tries--) {
            RecomputeAmount amount = amount(tries == 0 || next > MUCH ? 1 : next);
            Options recomputing = open ? run.with(RECOMPUTE, amount, reason) : run;
            Fitting found = exact ? shrunk(recomputing) : shrunk(recomputing, upperBound(recomputing));
            if (budget.allows(found.plan.memory())) {
                return Optional.of(found);
            }
            if (!open || found.options.get(RECOMPUTE).equals(RecomputeAmount.MAX)) {
                return Optional.empty();
            }
            long excess = found.plan.memory().total() - budget.bytes().orElseThrow();
            next = Math.max(next, 0) + Math.max(SHARE_STEP, excess / mostSaved(run, estimate(run)));
        }
        return Optional.empty();
    }

    /// The run with larger batches in phases of smaller images, if it has such phases and they fit: as many pixels as
    /// the largest batch, and batches that divide the images of an update.
    Fitting withPhaseBatches(Fitting found) {
        Optional<ImageSchedule> schedule = found.options.find(IMGSZ_SCHEDULE);
        if (schedule.isEmpty()) {
            return found;
        }
        long update = TrainingSchedule.effectiveBatch(found.options);
        int batch = found.options.get(BATCH);
        int largest = schedule.get().phases().stream().mapToInt(ImageSchedule.Phase::size).max().orElseThrow();
        ImageSchedule enlarged = new ImageSchedule(schedule.get().phases().stream().map(phase -> {
            double most = batch * ((double) largest / phase.size()) * ((double) largest / phase.size());
            int size = (int) Math.min(most, update);
            while (update % size != 0) {
                size--;
            }
            return new ImageSchedule.Phase(phase.size(), phase.epochs(), OptionalInt.of(Math.max(size, batch)));
        }).toList());
        if (enlarged.phases().stream().allMatch(phase -> phase.batch().orElse(batch) == batch)) {
            return found;
        }
        Options run = found.options.with(IMGSZ_SCHEDULE, enlarged, "larger batches while images are small");
        RunPlan plan = shared.plan(run, () -> spec(run), target, graphs(run));
        return budget.allows(plan.memory()) ? new Fitting(run, plan) : found;
    }

    /// A run that fits.
    record Fitting(Options options, RunPlan plan) {
    }

    /// The exact plan; the validation batch is halved while validation alone exceeds the limit.
    private Fitting shrunk(Options run) {
        return shrunk(run, shared.plan(run, () -> spec(run), target, graphs(run)));
    }

    private Fitting shrunk(Options run, RunPlan whole) {
        RunPlan plan = whole;
        Options options = run;
        boolean open = !run.isChosen(VAL_BATCH);
        int batch = Loading.validationBatch(run);
        while (open && batch > 1 && !budget.allows(plan.memory()) && plan.isLimitedByValidation()) {
            batch = Math.ceilDiv(batch, 2);
            options = run.with(VAL_BATCH, batch, "larger validation batches exceed the memory limit");
            plan = plan.withValidation(spec(options));
        }
        return new Fitting(options, plan);
    }
}
