package io.yolofit.train.plan.search;

import io.yolofit.engine.EngineException;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.PlanException;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.Optional;

/// What a run would be on one of several devices.
///
/// @param run    as the budget search chooses it, without alternatives; empty if nothing fits
/// @param reason why there is none; empty if there is one
public record DeviceRun(Target target, Optional<PlannedRun> run, String reason) {
    /// The run on each device, in their order. All devices have the same kernels, so the search plans every variant
    /// once.
    ///
    /// @param options with an image size that is a multiple of the model's stride
    public static List<DeviceRun> compare(Options options, Model model, DataFacts data, List<Target> targets) {
        var shared = new SharedPlans(RecomputeCurve.AMOUNTS);
        return targets.stream().map(target -> of(options, model, data, target, shared)).toList();
    }

    private static DeviceRun of(Options options, Model model, DataFacts data, Target target, SharedPlans shared) {
        try {
            RunSpec.precision(options, target); // shared plans do not ask which types this device supports
            return new DeviceRun(target, Optional.of(BudgetSearch.choose(options, model, data, target, shared)), "");
        } catch (PlanException | EngineException refused) { // the reason is part of the result
            return new DeviceRun(target, Optional.empty(), refused.getMessage());
        }
    }
}
