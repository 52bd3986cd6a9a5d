package io.yolofit.engine.cuda.dnn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Finds the fastest of a convolution's plans. Building a plan takes longer than most convolutions do in an epoch, so
/// that more than the first few are built only where there is time to win.
final class Autotuner {
    /// Milliseconds from which on a convolution is worth more plans.
    static final float LONG = .03f;

    /// Who is slower than the fastest by more at a first glance is not looked at again.
    static final float HOPELESS = 1.3f;

    private static final int GLANCES = 2;
    private static final int ROUNDS = 3;
    private static final int RUNS = 4;

    /// Times a plan.
    @FunctionalInterface
    interface Clock {
        /// The least milliseconds of a run in several rounds, each of several runs.
        float milliseconds(ConvolutionAlgorithm plan, int rounds, int runs);
    }

    private final Clock clock;
    private final List<ConvolutionAlgorithm> plans = new ArrayList<>();
    private final Map<ConvolutionAlgorithm, Float> times = new IdentityHashMap<>();
    private final ConvolutionAlgorithm fastest;

    /// Tries all of these, and more if the fastest takes long. All others are closed.
    ///
    /// @param first not empty
    Autotuner(Clock clock, List<ConvolutionAlgorithm> first,
            Supplier<? extends List<? extends ConvolutionAlgorithm>> more) {
        this.clock = clock;
        glance(first);
        if (least() >= LONG) {
            glance(more.get());
        }
        float bound = HOPELESS * least();
        plans.stream().filter(plan -> times.get(plan) <= bound)
                .forEach(plan -> times.put(plan, clock.milliseconds(plan, ROUNDS, RUNS)));
        fastest = plans.stream().min(Comparator.comparing(times::get)).orElseThrow();
        plans.stream().filter(plan -> plan != fastest).forEach(ConvolutionAlgorithm::close);
    }

    private void glance(List<? extends ConvolutionAlgorithm> some) {
        plans.addAll(some);
        some.forEach(plan -> times.put(plan, clock.milliseconds(plan, GLANCES, GLANCES)));
    }

    private float least() {
        return Collections.min(times.values());
    }

    ConvolutionAlgorithm fastest() {
        return fastest;
    }

    /// Of the fastest.
    float milliseconds() {
        return times.get(fastest);
    }

    /// Milliseconds of all, by name.
    Map<String, Float> all() {
        Map<String, Float> named = new LinkedHashMap<>();
        plans.forEach(plan -> named.put(plan.choice(), times.get(plan)));
        return named;
    }
}
