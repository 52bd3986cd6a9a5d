package io.yolofit.train.plan;

import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;

import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Runs near one that does not fit: they change what the planner does not change by itself. Those that are suggested
/// are planned exactly.
final class NearestRuns {
    static final String SMALLER = "smaller images: small objects are harder to detect";
    static final String SGD = "another optimizer, with less state";
    private static final String MIXED = "mixed precision: same accuracy in general, half of the activations' memory";
    private static final int MOST = 3;
    private static final int TRIES = 3;
    private static final String REASON = "to fit into the memory limit";

    private final RunVariants variants;
    private final Model model;
    private final Target target;

    NearestRuns(RunVariants variants, Model model, Target target) {
        this.variants = variants;
        this.model = model;
        this.target = target;
    }

    /// Up to three runs that fit, the nearest first.
    List<Alternative> of(Options run) {
        List<Alternative> found = new ArrayList<>();
        if (!run.get(RECOMPUTE).equals(RecomputeAmount.MAX) && run.isChosen(RECOMPUTE)) {
            add(found, run.with(RECOMPUTE, RecomputeAmount.MAX), Set.of(RECOMPUTE), "the same run, slower");
        }
        mixed(run).ifPresent(other -> add(found, other, Set.of(AMP), MIXED));
        smallerBatch(run, found);
        plainer(run).ifPresent(other -> add(found, other, Set.of(OPTIMIZER), SGD));
        smallerImages(run, found);
        return found.stream().limit(MOST).toList();
    }

    private boolean add(List<Alternative> found, Options run, Set<Option<?>> changed, String effect) {
        double share = variants.neededShare(run);
        if (found.size() >= MOST || share > 1) {
            return false;
        }
        boolean open = !run.isChosen(RECOMPUTE);
        Optional<RunVariants.Fitting> fit = variants.fit(run, share, open, REASON);
        fit.ifPresent(fitting -> {
            Set<Option<?>> all = new HashSet<>(changed);
            all.add(RECOMPUTE);
            if (fitting.options().isChosen(VAL_BATCH)) {
                all.add(VAL_BATCH);
            }
            RunTimes times = fitting.plan().times().orElseThrow();
            found.add(new Alternative(fitting.options(), open ? all : changed, fitting.plan().memory().total(), true,
                    true, times.images(), times.hours(), effect));
        });
        return fit.isPresent();
    }

    /// The largest batch that fits and divides the images of an update, which stay as they are.
    private void smallerBatch(Options run, List<Alternative> found) {
        if (run.find(AUTO_BATCH).isPresent()) {
            return; // all batches were tried
        }
        long update = TrainingSchedule.effectiveBatch(run);
        int tries = TRIES;
        for (int batch : IntStream.range(1, run.get(BATCH)).map(i -> run.get(BATCH) - i)
                .filter(size -> update % size == 0).toArray()) {
            Options smaller = run.with(BATCH, batch).with(ACCUMULATE, Math.toIntExact(update / batch));
            Set<Option<?>> changed = TrainingSchedule.accumulation(run.with(BATCH, batch)) * (long) batch == update
                    ? Set.of(BATCH) : Set.of(BATCH, ACCUMULATE);
            Options typed = changed.contains(ACCUMULATE) ? smaller : run.with(BATCH, batch);
            if (variants.neededShare(typed) <= 1 && (tries-- == 0 || add(found, typed, changed, "updates of the same "
                    + update + " images; batch norm sees " + batch + " images instead of " + run.get(BATCH)))) {
                return;
            }
        }
    }

    private void smallerImages(Options run, List<Alternative> found) {
        int stride = model.stride();
        int tries = TRIES;
        for (int size = run.get(IMGSZ) - stride; size >= stride && tries > 0; size -= stride) {
            Options smaller = run.with(IMGSZ, size);
            if (variants.neededShare(smaller) <= 1) {
                tries--;
                if (add(found, smaller, Set.of(IMGSZ), SMALLER)) {
                    return;
                }
            }
        }
    }

    /// The run with images of a share of the size.
    Optional<Options> sized(Options run, double share) {
        int stride = model.stride();
        int size = (int) (run.get(IMGSZ) * share) / stride * stride;
        return size >= stride ? Optional.of(run.with(IMGSZ, size)) : Optional.empty();
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
