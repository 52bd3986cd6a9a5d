package io.yolofit.engine.cuda.dnn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Finds the fastest algorithm of a convolution: a coarse timing of all candidates, then a fine timing of those within
/// the prune ratio of the fastest. Building a candidate of cuDNN takes longer than most convolutions run in an epoch,
/// so only slow convolutions get more than the first few candidates.
final class Autotuner {
    /// Milliseconds from which a convolution gets more candidates.
    static final float SLOW_MILLISECONDS = .03f;

    /// Candidates that are slower than the fastest by more than this factor in the coarse timing are pruned.
    static final float PRUNE_RATIO = 1.3f;

    /// A candidate whose first run takes longer than this many times the fastest is not run again. Exact fp32 kernels
    /// of cuDNN can be a hundred times slower than the fastest, which made tuning take minutes. The first run includes
    /// the loading of a module, at most [#LOADING_MILLISECONDS].
    private static final float FIRST_RUN_RATIO = 4;
    private static final float LOADING_MILLISECONDS = 20;

    private static final int COARSE_ROUNDS = 2;
    private static final int COARSE_RUNS = 2;
    private static final int FINE_ROUNDS = 3;
    private static final int FINE_RUNS = 4;

    /// Times an algorithm.
    @FunctionalInterface
    interface Clock {
        /// Milliseconds per run in the fastest of several rounds, each of several runs, after a first run; or those of
        /// the first run alone if it takes longer than a limit.
        float milliseconds(ConvolutionAlgorithm algorithm, int rounds, int runs, float limit);
    }

    private final Clock clock;
    private final List<ConvolutionAlgorithm> candidates = new ArrayList<>();
    private final Map<ConvolutionAlgorithm, Float> times = new IdentityHashMap<>();
    private final ConvolutionAlgorithm fastest;

    /// Times all first candidates, and the others if the fastest of them is slow. Closes all but the fastest.
    ///
    /// @param first not empty
    Autotuner(Clock clock, List<ConvolutionAlgorithm> first,
            Supplier<? extends List<? extends ConvolutionAlgorithm>> more) {
        this.clock = clock;
        timeCoarsely(first);
        if (least() >= SLOW_MILLISECONDS) {
            timeCoarsely(more.get());
        }
        float bound = PRUNE_RATIO * least();
        candidates.stream().filter(candidate -> times.get(candidate) <= bound)
                .forEach(candidate -> times.put(candidate, clock.milliseconds(candidate, FINE_ROUNDS, FINE_RUNS,
                        Float.MAX_VALUE)));
        fastest = candidates.stream().min(Comparator.comparing(times::get)).orElseThrow();
        candidates.stream().filter(candidate -> candidate != fastest).forEach(ConvolutionAlgorithm::close);
    }

    private void timeCoarsely(List<? extends ConvolutionAlgorithm> more) {
        candidates.addAll(more);
        for (ConvolutionAlgorithm candidate : more) {
            float limit = times.isEmpty() ? Float.MAX_VALUE : FIRST_RUN_RATIO * least() + LOADING_MILLISECONDS;
            times.put(candidate, clock.milliseconds(candidate, COARSE_ROUNDS, COARSE_RUNS, limit));
        }
    }

    private float least() {
        return Collections.min(times.values());
    }

    ConvolutionAlgorithm fastest() {
        return fastest;
    }

    /// Time of the fastest.
    float milliseconds() {
        return times.get(fastest);
    }

    /// Milliseconds of all candidates, by name.
    Map<String, Float> timings() {
        Map<String, Float> named = new LinkedHashMap<>();
        candidates.forEach(candidate -> named.put(candidate.name(), times.get(candidate)));
        return named;
    }
}
