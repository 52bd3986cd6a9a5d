package io.yolofit.train.plan.search;

import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.IMGSZ_SCHEDULE;
import static io.yolofit.train.options.OptionTable.MEMORY;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.TF32;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;

import io.yolofit.base.Failure;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.AutoBatch;
import io.yolofit.train.options.value.MemoryLimit;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Loading;
import io.yolofit.train.plan.PlanException;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.search.RunVariants.Fitting;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Chooses the values that a run leaves to the planner, within the memory limit of the run: the batch size if
/// `batch=-1`, then also the precision if it was not chosen, or if `amp=auto`; the amount of recomputation if it was
/// not chosen; and the batch size of validation. Gradients are accumulated up to the nominal batch size, so the images
/// of an update stay as they are. Model, image size and optimizer are never changed.
///
/// Memory and time are nearly linear in the batch, so all candidates are estimated from a few graphs without
/// recomputation and one frontier; only the winner is planned exactly, and the next one if it does not fit. A pure
/// function of its arguments.
public final class BudgetSearch {
    private static final int ALTERNATIVES = 6;
    private static final int FEW_DIVISORS = 3;
    private static final int LARGE_BATCH_STEP = 16;
    private static final double SMALLER_IMAGES = .8;
    /// Predictions closer than this are not distinguished.
    private static final double AS_FAST = .98;
    /// Multiple of the limit above which a run that does not fit by estimate is not planned: an estimate is the lower
    /// bound and .3 %.
    private static final double CERTAINLY_MORE = 1.01;
    private static final double SECONDS_PER_HOUR = 3600;
    private static final int BATCH_ALTERNATIVES = 3;

    private final Options asked;
    /// As requested, with a precision.
    private final Options options;
    private final Model model;
    private final DataFacts data;
    private final Target target;
    private final MemoryBudget budget;
    private final RunVariants variants;
    /// Whether only the run itself is of interest.
    private final boolean brief;

    private BudgetSearch(Options options, Model model, DataFacts data, Target target) {
        this(options, model, data, target, new SharedPlans(options.find(AUTO_BATCH).isPresent()
                ? RecomputeCurve.AMOUNTS : RecomputeCurve.POLICIES), false);
    }

    private BudgetSearch(Options asked, Model model, DataFacts data, Target target, SharedPlans shared,
            boolean brief) {
        this.asked = asked;
        this.model = model;
        this.data = data;
        this.target = target.withTf32(asked.get(TF32));
        budget = MemoryBudget.of(asked, target);
        variants = new RunVariants(model, data, this.target, budget, shared);
        this.brief = brief;
        options = precision(asked);
    }

    /// A batch size with the recomputation that makes it fit, by estimate.
    private record Candidate(Options run, double share, double images) {
    }

    /// The run to execute, planned exactly.
    ///
    /// @param options with an image size that is a multiple of the model's stride
    /// @throws NothingFitsException if no allowed variant fits
    public static PlannedRun choose(Options options, Model model, DataFacts data, Target target) {
        return new BudgetSearch(options, model, data, target).choose();
    }

    /// The same without alternatives, for one of several devices that share their plans.
    static PlannedRun choose(Options options, Model model, DataFacts data, Target target, SharedPlans shared) {
        return new BudgetSearch(options, model, data, target, shared, true).choose();
    }

    private PlannedRun choose() {
        return options.find(AUTO_BATCH).isPresent() ? automatic(options.get(AUTO_BATCH)) : fixed();
    }

    /// A run that was planned, but whose memory another process took: more recomputation, or else smaller batches with
    /// as many images per update.
    ///
    /// @param options of the planned run
    /// @param target  with the memory that is free now
    /// @throws NothingFitsException if neither suffices
    public static PlannedRun replan(Options options, Model model, DataFacts data, Target target) {
        Options limited = target.memory().isHost() && !options.isChosen(MEMORY)
                ? options.with(MEMORY, MemoryLimit.FREE) : options;
        var search = new BudgetSearch(limited, model, data, target);
        long update = TrainingSchedule.effectiveBatch(options);
        for (int batch = options.get(BATCH); batch > 0; batch--) {
            if (update % batch == 0) {
                Options run = batch == options.get(BATCH) ? options : options.with(BATCH, batch, "memory was taken")
                        .with(ACCUMULATE, Math.toIntExact(update / batch), "as many images per update as planned");
                double share = search.variants.neededShare(run);
                Optional<Fitting> found = share > 1 ? Optional.empty()
                        : search.variants.fit(run, share, true, "memory was taken");
                if (found.isPresent()) {
                    return search.planned(found.get(), List.of());
                }
            }
        }
        throw search.nothingFits(options);
    }

    /// Whether the planner chooses the precision: as requested, or together with the batch size.
    private boolean opensPrecision() {
        return asked.get(AMP) == AmpChoice.AUTO || asked.find(AUTO_BATCH).isPresent() && !asked.isChosen(AMP);
    }

    private Options precision(Options run) {
        if (!opensPrecision()) {
            return run;
        }
        List<Options> sizes = run.find(AUTO_BATCH).map(request -> batches(request).stream().map(batch ->
                run.without(AUTO_BATCH).with(BATCH, batch)).toList()).orElse(List.of(run));
        return new PrecisionChoice(variants, target).of(run, sizes);
    }

    private boolean opensRecompute() {
        return !options.isChosen(RECOMPUTE);
    }

    /// The run as requested, if it fits; otherwise with smaller validation batches or more recomputation.
    private PlannedRun fixed() {
        if (budget.bytes().isPresent() && variants.memory(options, 1) > CERTAINLY_MORE * budget.bytes().getAsLong()) {
            throw nothingFits(options);
        }
        Optional<Fitting> unchanged = variants.fit(options, 0, false, "");
        if (unchanged.isPresent()) {
            return planned(unchanged.get(), List.of());
        }
        double needed = Math.max(variants.neededShare(options),
                variants.curve(options).share(RunSpec.recompute(options, target)) + .01);
        Optional<Fitting> found = opensRecompute()
                ? variants.fit(options, needed, true, "the run does not fit with less") : Optional.empty();
        return planned(found.orElseThrow(() -> nothingFits(options)), List.of());
    }

    private PlannedRun automatic(AutoBatch request) {
        if (budget.bytes().isEmpty()) {
            throw new PlanException(Failure.at(request.word(), "the free memory of " + target.name()
                    + " is unknown here", "give a limit, such as memory=8GB, or a batch size"));
        }
        Options base = options.without(AUTO_BATCH);
        List<Options> runs = batches(request).stream().map(batch -> base.with(BATCH, batch,
                request.word() + ": the fastest that fits into " + budget.text())).toList();
        if (runs.stream().noneMatch(variants::mayHold)) {
            throw nothingFits(runs.getFirst(), runs.getLast());
        }
        variants.estimate(runs);
        if (opensRecompute() && variants.neededShares(runs).stream().allMatch(share -> share > 1)) {
            throw nothingFits(runs.getFirst(), runs.getLast());
        }
        List<Candidate> candidates = ordered(runs.stream().map(this::candidate).toList());
        for (Candidate candidate : candidates) {
            if (candidate.share <= 1) {
                Optional<Fitting> found = variants.fit(candidate.run, candidate.share, opensRecompute(),
                        "as little as makes the batch fit");
                if (found.isPresent()) {
                    return planned(variants.withPhaseBatches(found.get()), candidates);
                }
            }
        }
        throw nothingFits(runs.getFirst(), runs.getLast());
    }

    /// The fastest first; among those that are about as fast, the largest batch, which is better for batch norm.
    private static List<Candidate> ordered(List<Candidate> candidates) {
        double fastest = candidates.stream().filter(one -> one.share <= 1).mapToDouble(Candidate::images).max()
                .orElse(0);
        Comparator<Candidate> largest = Comparator.comparingInt((Candidate one) ->
                one.images >= AS_FAST * fastest && one.share <= 1 ? one.run.get(BATCH) : 0).reversed();
        return candidates.stream().sorted(largest.thenComparing(Comparator.comparingDouble(Candidate::images)
                .reversed())).toList();
    }

    private Candidate candidate(Options run) {
        Recompute.Amount given = RunSpec.recompute(run, target);
        double share = opensRecompute() ? variants.neededShare(run)
                : given == Recompute.Policy.OFF ? 0 : variants.curve(run).share(given);
        boolean fits = opensRecompute() ? share <= 1 : budget.allows(variants.memory(run, share));
        return new Candidate(run, fits ? share : Double.POSITIVE_INFINITY, variants.images(run, Math.min(1, share)));
    }

    /// Batch sizes to choose from, ascending: divisors of the nominal batch, so that accumulation makes up exactly for
    /// it; all numbers if it has few divisors or `accumulate` is given; larger ones only if they were asked for.
    private List<Integer> batches(AutoBatch request) {
        int nominal = asked.get(NBS);
        int images = data.trainImages().orElse(Integer.MAX_VALUE);
        int most = Math.min(request.most().orElse(nominal), images);
        List<Integer> divisors = IntStream.rangeClosed(1, Math.min(nominal, most))
                .filter(batch -> nominal % batch == 0).boxed().toList();
        boolean exact = divisors.size() > FEW_DIVISORS && asked.find(ACCUMULATE).isEmpty();
        List<Integer> batches = new ArrayList<>(exact ? divisors
                : IntStream.rangeClosed(1, Math.min(nominal, most)).boxed().toList());
        IntStream.rangeClosed(nominal + 1, most)
                .filter(batch -> batch % LARGE_BATCH_STEP == 0 || batch == request.most().orElse(0))
                .forEach(batches::add);
        return batches.stream().filter(batch -> target.slot().allows(batch, data.trainImages())).toList();
    }

    private PlannedRun planned(Fitting found, List<Candidate> candidates) {
        List<String> chosen = new ArrayList<>();
        for (Option<?> option : List.of(BATCH, IMGSZ_SCHEDULE, ACCUMULATE, AMP, RECOMPUTE, VAL_BATCH)) {
            boolean open = option.equals(AMP) && opensPrecision();
            if (open || !found.options().find(option).equals(asked.find(option))) {
                chosen.add(found.options().explanation(option));
            }
        }
        boolean silent = brief || chosen.isEmpty() && candidates.isEmpty();
        return new PlannedRun(found.options(), found.plan(), budget, chosen,
                silent ? List.of() : alternatives(found, candidates));
    }

    private List<Alternative> alternatives(Fitting found, List<Candidate> candidates) {
        List<Alternative> others = new ArrayList<>();
        int batch = found.options().get(BATCH);
        for (Candidate other : candidates) {
            int size = other.run.get(BATCH);
            if (size != batch && (other.share <= 1 || size > batch)) {
                others.add(alternative(variants.recomputing(other.run, Math.min(1, other.share), ""),
                        Math.min(1, other.share), "batch norm sees " + size + (size == 1 ? " image" : " images")
                                + " instead of " + batch + sameUpdate(other.run, found.options())));
            }
        }
        List<Alternative> batches = others.stream().sorted(Comparator.comparing(Alternative::fits).reversed()
                .thenComparing(Comparator.comparingDouble(Alternative::images).reversed()))
                .limit(BATCH_ALTERNATIVES).toList();
        List<Alternative> all = new ArrayList<>(batches);
        if (opensRecompute()) {
            all.add(alternative(variants.recomputing(found.options(), 1, ""), 1,
                    "same gradients, least memory at this batch size"));
        }
        NearestRuns nearest = new NearestRuns(variants, asked, model, target);
        nearest.sized(found.options(), SMALLER_IMAGES).ifPresent(run -> all.add(alternative(run,
                share(run), NearestRuns.SMALLER)));
        nearest.plainer(found.options()).ifPresent(run -> all.add(alternative(run,
                share(run), NearestRuns.SGD)));
        return all.stream().limit(ALTERNATIVES).toList();
    }

    private double share(Options run) {
        Recompute.Amount amount = RunSpec.recompute(run, target);
        return amount == Recompute.Policy.OFF ? 0 : variants.curve(run).share(amount);
    }

    private static String sameUpdate(Options other, Options chosen) {
        long images = TrainingSchedule.effectiveBatch(other);
        return images == TrainingSchedule.effectiveBatch(chosen)
                ? ", updates are of the same images" : ", updates are of " + images + " images";
    }

    private Alternative alternative(Options run, double share, String effect) {
        long memory = variants.memory(run, share);
        double images = variants.images(run, share);
        OptionalDouble hours = data.trainImages().isEmpty() ? OptionalDouble.empty()
                : OptionalDouble.of(data.trainImages().getAsInt() / images
                        * variants.spec(run).schedule().epochs() / SECONDS_PER_HOUR);
        return new Alternative(run, NearestRuns.changed(asked, run), memory,
                Alternative.Precision.ESTIMATED, budget.allows(memory), images, hours, effect);
    }

    private NothingFitsException nothingFits(Options run) {
        return nothingFits(run, run);
    }

    /// @param run     with the smallest batch
    /// @param largest with the largest one that was allowed
    private NothingFitsException nothingFits(Options run, Options largest) {
        long least = variants.memory(run, opensRecompute() ? 1 : share(run));
        OptionalLong validation = budget.allows(least) ? variants.validationMemory(run) : OptionalLong.empty();
        String needs = validation.isPresent() ? "validation with val_batch=" + Loading.validationBatch(run)
                + " needs up to " + MemoryBudget.mebi(validation.getAsLong()) : "the run needs at least "
                + MemoryBudget.mebi(least) + (opensRecompute() ? " even with recompute=max" : "");
        List<Alternative> nearest = brief ? List.of()
                : new NearestRuns(variants, asked, model, target).of(run, largest);
        String message = String.format(Locale.ROOT, "%s, but its limit is %s (%s)%s", needs,
                MemoryBudget.mebi(budget.bytes().orElseThrow()), budget.text(), outsideTheArena());
        return new NothingFitsException(message, nearest);
    }

    /// What no choice of a run changes, if it takes most of the limit.
    private String outsideTheArena() {
        long context = target.memory().context();
        return context == 0 || context < budget.bytes().orElseThrow() / 2 ? ""
                : "; context and libraries alone take " + MemoryBudget.mebi(context);
    }
}
