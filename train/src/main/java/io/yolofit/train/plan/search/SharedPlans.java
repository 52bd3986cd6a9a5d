package io.yolofit.train.plan.search;

import static io.yolofit.train.options.OptionTable.RECOMPUTE;

import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Estimates and plans of the variants of one run, shared by devices that have the same kernels: what memory they need
/// depends on the run alone, and only limits and times depend on the device.
final class SharedPlans {
    private final Map<String, StepEstimate.Source> estimates = new ConcurrentHashMap<>();
    private final Map<String, RecomputeCurve.Steps> curves = new ConcurrentHashMap<>();
    private final Map<String, MostSaved> saved = new ConcurrentHashMap<>();
    private final Map<String, RunPlan> plans = new ConcurrentHashMap<>();
    /// One plan of each group of runs that differ in recomputation only.
    private final Map<String, RunPlan> groups = new ConcurrentHashMap<>();

    private final Map<String, RunPlan> bounds = new ConcurrentHashMap<>();

    private final List<Recompute.Amount> amounts;

    /// @param amounts points of the curves
    SharedPlans(List<Recompute.Amount> amounts) {
        this.amounts = amounts;
    }

    /// @param key identifies the run
    StepEstimate estimate(String key, Supplier<RunSpec> spec, Target target, ModelGraphs graphs) {
        return estimates.computeIfAbsent(key, _ -> StepEstimate.Source.of(spec.get(), target, graphs)).on(target);
    }

    /// @param key identifies the curve
    RecomputeCurve curve(String key, RunSpec spec, Target target, ModelGraphs graphs) {
        return curves.computeIfAbsent(key, _ -> RecomputeCurve.Steps.of(spec, target, amounts, graphs)).on(target);
    }

    /// What recomputation saves at most, which takes a part of the time of a curve.
    ///
    /// @param key identifies the curve
    MostSaved mostSaved(String key, RunSpec spec, Target target, ModelGraphs graphs) {
        return saved.computeIfAbsent(key, _ -> {
            InputShape shape = spec.batches().train().getFirst();
            return new MostSaved(graphs.mostSaved(spec.compile(), shape, target.workspace()), shape.pixels());
        });
    }

    /// @param bytes  at the peak of a step
    /// @param pixels of its batch
    record MostSaved(long bytes, double pixels) {
        /// Bytes for a batch of other pixels.
        double of(double batchPixels) {
            return bytes * batchPixels / pixels;
        }
    }

    /// The exact plan.
    RunPlan plan(Options run, Supplier<RunSpec> spec, Target target, ModelGraphs graphs) {
        return plans.computeIfAbsent(run.toString(), _ -> {
            String group = run.without(RECOMPUTE).toString();
            RunPlan like = groups.get(group);
            RunPlan plan = like == null ? RunPlan.of(spec.get(), target, graphs)
                    : like.withSteps(spec.get(), graphs);
            groups.putIfAbsent(group, plan);
            return plan;
        }).on(target);
    }

    /// A plan that takes at least the memory of the exact one.
    RunPlan upperBound(Options run, Supplier<RunSpec> spec, Target target, ModelGraphs graphs) {
        return bounds.computeIfAbsent(run.toString(), _ -> RunPlan.upperBound(spec.get(), target, graphs)).on(target);
    }
}
