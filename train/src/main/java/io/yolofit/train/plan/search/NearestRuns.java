package io.yolofit.train.plan.search;

import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.IMGSZ_SCHEDULE;
import static io.yolofit.train.options.OptionTable.MEMORY;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;

import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.MemoryLimit;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.plan.Loading;
import io.yolofit.train.plan.RunTimes;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.search.Alternative.Precision;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Runs near one that does not fit: they change what the planner does not change by itself. An upper bound of their
/// memory is within the limit; only if there is no such run, others are planned exactly.
final class NearestRuns {
    static final String SMALLER = "smaller images: small objects are harder to detect";
    static final String SGD = "another optimizer, with less state";
    private static final String VALIDATION = "smaller validation batches: same results";
    private static final String MIXED = "mixed precision: same accuracy in general, half of the activations' memory";
    /// Scales of models, the largest first.
    private static final String SCALES = "xelcbmsnt";
    private static final Pattern SCALED = Pattern.compile("(yolov?\\d+-?)([" + SCALES + "])(-.*)?");
    private static final String MODEL_EFFECT = "a smaller model";
    /// Smaller image sizes that are tried with smaller batches.
    private static final double[] SHARES = {.5, .25};
    private static final int MOST = 3;
    private static final long MEGA = 1_000_000;
    private static final int TRIES = 3;
    private static final String REASON = "to fit into the memory limit";

    private final RunVariants variants;
    private final Options asked;
    private final Model model;
    private final Target target;
    private final boolean exact;

    /// @param asked the options as requested
    NearestRuns(RunVariants variants, Options asked, Model model, Target target) {
        this(variants, asked, model, target, false);
    }

    private NearestRuns(RunVariants variants, Options asked, Model model, Target target, boolean exact) {
        this.variants = variants;
        this.asked = asked;
        this.model = model;
        this.target = target;
        this.exact = exact;
    }

    /// Up to three runs that fit, the nearest first: one change if possible, otherwise a smaller batch in addition. If
    /// the batch was left to the planner, smaller images, smaller models with the largest batch that fits, and the
    /// least memory. If none fits, the one with the least memory, whatever the batch.
    ///
    /// @param largest the run with the largest batch, with which smaller models begin
    List<Alternative> of(Options run, Options largest) {
        return ofOpen(withoutLargeValidation(run), withoutLargeValidation(largest));
    }

    /// The run with the usual validation batches if larger ones were requested: they cost memory and gain nothing.
    private static Options withoutLargeValidation(Options run) {
        Options usual = run.without(VAL_BATCH);
        return Loading.validationBatch(run) > Loading.validationBatch(usual) ? usual : run;
    }

    private List<Alternative> ofOpen(Options run, Options largest) {
        List<Alternative> found = within(run, largest);
        if (found.isEmpty()) {
            found = new NearestRuns(variants, asked, model, target, true).within(run, largest);
        }
        if (found.isEmpty() && !isAutomatic()) {
            moreMemory(run.with(BATCH, 1)).ifPresent(found::add);
        }
        return found;
    }

    private List<Alternative> within(Options run, Options largest) {
        List<Alternative> found = new ArrayList<>();
        if (asked.isChosen(VAL_BATCH) && !run.isChosen(VAL_BATCH) && add(found, run, VALIDATION)) {
            return found;
        }
        if (isAutomatic() && asked.isChosen(MEMORY) && target.memory().free().isEmpty()) {
            CompletableFuture<Alternative> more = CompletableFuture.supplyAsync(() -> moreMemory(run).orElseThrow());
            smallerImages(found, run, 1);
            smallerModels(found, largest, MOST - 1);
            found.add(more.join());
            return found;
        }
        Optional<Alternative> more = isAutomatic() ? moreMemory(run) : Optional.empty();
        if (more.isPresent()) {
            smallerImages(found, run, 1);
            smallerModels(found, largest, MOST - 1);
            found.add(more.get());
            return found;
        }
        if (!run.get(RECOMPUTE).equals(RecomputeAmount.MAX) && run.isChosen(RECOMPUTE)) {
            add(found, run.with(RECOMPUTE, RecomputeAmount.MAX), "the same run, slower");
        }
        if (!variants.mayHold()) {
            smallerModels(found, largest, MOST);
            return found;
        }
        mixed(run).ifPresent(other -> add(found, other, MIXED));
        Map<String, CompletableFuture<ModelRuns>> started = new HashMap<>(); // while the others run
        smallerScales(largest).stream().limit(1).forEach(name -> started.put(name,
                CompletableFuture.supplyAsync(() -> ofModel(largest, name))));
        List<List<Alternative>> usual = together(List.of(list -> smallerBatch(list, run, ""),
                list -> smallerImages(list, run, MOST)));
        addAll(found, usual.getFirst());
        plainer(run).filter(other -> variants.mayFitWithLessState(other, run))
                .ifPresent(other -> add(found, other, SGD));
        addAll(found, usual.getLast());
        smallerModels(found, largest, MOST, started);
        plainer(run).ifPresent(other -> smallerBatch(found, other, SGD + "; "));
        smallestImages(found, run, "");
        return found;
    }

    /// Searches at the same time, each with a list of its own.
    private static List<List<Alternative>> together(List<Consumer<List<Alternative>>> searches) {
        return searches.parallelStream().map(search -> {
            List<Alternative> found = new ArrayList<>();
            search.accept(found);
            return found;
        }).toList();
    }

    private static void addAll(List<Alternative> found, List<Alternative> more) {
        more.stream().limit(MOST - found.size()).forEach(found::add);
    }

    /// Whether the batch was left to the planner.
    private boolean isAutomatic() {
        return asked.find(AUTO_BATCH).isPresent();
    }

    private static boolean isFull(List<Alternative> found) {
        return found.size() == MOST;
    }

    /// Smaller scales of the model, the largest first, if it is one of the catalog.
    private void smallerModels(List<Alternative> found, Options run, int most) {
        smallerModels(found, run, most, Map.of());
    }

    /// @param started runs of models that are computed already
    private void smallerModels(List<Alternative> found, Options run, int most,
            Map<String, CompletableFuture<ModelRuns>> started) {
        List<String> smaller = smallerScales(run);
        for (int next = 0; next < smaller.size() && found.size() < most;) {
            int end = Math.min(smaller.size(), next + most - found.size());
            smaller.subList(next, end).parallelStream().map(other -> started.containsKey(other)
                    ? started.get(other).join() : ofModel(run, other)).toList()
                    .forEach(runs -> runs.addTo(found, most));
            next = end;
        }
    }

    /// Runs of a smaller model.
    ///
    /// @param sameImages at most one, with images of the requested size
    private record ModelRuns(NearestRuns nearest, Options run, List<Alternative> sameImages) {
        void addTo(List<Alternative> found, int most) {
            if (found.size() < most) {
                found.addAll(sameImages);
            }
            if (found.isEmpty() && nearest.variants.mayHold()) {
                nearest.smallestImages(found, run, MODEL_EFFECT + "; ");
            }
        }
    }

    private ModelRuns ofModel(Options larger, String name) {
        Options run = larger.with(MODEL, name);
        Model smaller = Model.of(ArchitectureCatalog.find(name), model.head().classes());
        var nearest = new NearestRuns(variants.of(smaller), asked, smaller, target, exact);
        List<Alternative> found = new ArrayList<>();
        if (nearest.variants.mayHold() && !nearest.add(found, run, MODEL_EFFECT)) {
            nearest.smallerBatch(found, run, MODEL_EFFECT + "; ");
        }
        if (found.isEmpty() && nearest.variants.mayHold() && isAutomatic()) {
            nearest.add(found, run.with(BATCH, 1), MODEL_EFFECT);
        }
        return new ModelRuns(nearest, run, found);
    }

    private void smallestImages(List<Alternative> found, Options run, String effect) {
        for (double share : SHARES) {
            sized(run, share).ifPresent(other -> smallerBatch(found, other, effect + SMALLER + "; "));
        }
    }

    private static List<String> smallerScales(Options run) {
        return run.find(MODEL).filter(ArchitectureCatalog::isName).map(NearestRuns::smallerScales).orElse(List.of());
    }

    /// The models of the catalog that differ from this one in a smaller scale, the largest first.
    static List<String> smallerScales(String name) {
        Matcher parts = SCALED.matcher(name);
        if (!parts.matches()) {
            return List.of();
        }
        return SCALES.substring(SCALES.indexOf(parts.group(2)) + 1).chars()
                .mapToObj(scale -> parts.group(1) + (char) scale + (parts.group(3) == null ? "" : parts.group(3)))
                .filter(ArchitectureCatalog::isName).toList();
    }

    /// The options that a command has to name to get another run than the requested one.
    static Set<Option<?>> changed(Options asked, Options run) {
        Set<Option<?>> changed = new HashSet<>();
        for (Option<?> option : List.of(MODEL, IMGSZ, BATCH, VAL_BATCH, RECOMPUTE, AMP, OPTIMIZER, ACCUMULATE)) {
            if (!run.find(option).equals(asked.find(option))) {
                changed.add(option);
            }
        }
        if (asked.find(AUTO_BATCH).isPresent()) {
            changed.add(BATCH);
        }
        return changed;
    }

    private boolean add(List<Alternative> found, Options run, String effect) {
        double share = isFull(found) || !variants.mayHold(run) ? Double.POSITIVE_INFINITY
                : exact ? variants.neededShare(run) : variants.neededShareOfBound(run);
        if (share > 1) {
            return false;
        }
        boolean open = !run.isChosen(RECOMPUTE);
        Optional<RunVariants.Fitting> fit = variants.fitSoon(run, share, open, REASON, exact);
        fit.ifPresent(fitting -> {
            RunTimes times = fitting.plan().times().orElseThrow();
            Options named = asked.isChosen(VAL_BATCH) && fitting.options().find(VAL_BATCH).isEmpty()
                    ? fitting.options().with(VAL_BATCH, Loading.validationBatch(fitting.options())) : fitting.options();
            found.add(new Alternative(named, changed(asked, named),
                    fitting.plan().memory().total(), fitting.plan().isUpperBound() ? Precision.UPPER_BOUND
                            : Precision.PLANNED, true, times.images(), times.hours(), effect));
        });
        return fit.isPresent();
    }

    /// The largest smaller batch that fits and divides the images of an update, which stay as they are.
    private void smallerBatch(List<Alternative> found, Options run, String effect) {
        long update = TrainingSchedule.effectiveBatch(run);
        int tries = TRIES;
        for (int batch : IntStream.range(1, run.get(BATCH)).map(i -> run.get(BATCH) - i)
                .filter(size -> update % size == 0).toArray()) {
            if (isFull(found) || tries == 0) {
                return;
            }
            Options plain = run.with(BATCH, batch);
            Options smaller = TrainingSchedule.effectiveBatch(plain) == update ? plain
                    : plain.with(ACCUMULATE, Math.toIntExact(update / batch));
            if (variants.mayFit(smaller, run)) {
                tries--;
                if (add(found, smaller, effect + "updates of the same " + update + " images; batch norm sees " + batch
                        + (batch == 1 ? " image" : " images")
                        + (isAutomatic() ? "" : " instead of " + run.get(BATCH)))) {
                    return;
                }
            }
        }
    }

    /// The largest smaller images that fit.
    private void smallerImages(List<Alternative> found, Options run, int most) {
        if (run.find(IMGSZ_SCHEDULE).isPresent()) {
            return; // its sizes are a choice of the user, and there are several
        }
        int stride = model.stride();
        int tries = TRIES;
        for (int size = run.get(IMGSZ) - stride; size >= stride && tries > 0 && found.size() < most; size -= stride) {
            Options smaller = run.with(IMGSZ, size);
            if (variants.mayFit(smaller, run)) {
                tries--;
                if (add(found, smaller, SMALLER)) {
                    return;
                }
            }
        }
    }

    /// The run with the least memory, up to about 1 %, in which it fits, if the device may have it.
    private Optional<Alternative> moreMemory(Options run) {
        if (!asked.isChosen(MEMORY)) {
            return Optional.empty();
        }
        RunVariants.Fitting least = variants.least(run);
        long needed = least.plan().memory().total() + target.memory().uncertainty();
        MemoryLimit limit = MemoryLimit.ofMegabytes(Math.ceilDiv(needed, MEGA));
        OptionalLong usable = MemoryBudget.usable(target);
        if (usable.isPresent() && usable.getAsLong() < needed) {
            return Optional.empty();
        }
        RunTimes times = least.plan().times().orElseThrow();
        Options more = least.options().with(MEMORY, limit);
        Set<Option<?>> changed = new HashSet<>(changed(asked, more));
        changed.add(MEMORY);
        return Optional.of(new Alternative(more, changed, least.plan().memory().total(), Precision.UPPER_BOUND, true,
                times.images(), times.hours(), "a higher limit, about the least for this model and image size"));
    }

    /// The run with images of a share of the size.
    Optional<Options> sized(Options run, double share) {
        int stride = model.stride();
        int size = (int) (run.get(IMGSZ) * share) / stride * stride;
        return size >= stride && run.find(IMGSZ_SCHEDULE).isEmpty() ? Optional.of(run.with(IMGSZ, size))
                : Optional.empty();
    }

    /// The run with SGD, if its optimizer has more state.
    Optional<Options> plainer(Options run) {
        return variants.spec(run).compile().rule() == Update.Rule.SGD ? Optional.empty()
                : Optional.of(run.with(OPTIMIZER, OptimizerChoice.SGD));
    }

    private Optional<Options> mixed(Options run) {
        return run.get(AMP) == AmpChoice.FALSE && target.half() != DType.F32
                ? Optional.of(run.with(AMP, AmpChoice.TRUE)) : Optional.empty();
    }
}
