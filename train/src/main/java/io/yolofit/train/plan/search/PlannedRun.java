package io.yolofit.train.plan.search;

import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunPlan;
import java.util.List;

/// The run that the planner chose.
///
/// @param options      with the chosen values, each with its reason
/// @param plan         exact
/// @param budget       that it respects
/// @param chosen       what was chosen and why, one line each; empty if the run is as requested
/// @param alternatives other runs, the most interesting first; empty if the run is as requested
public record PlannedRun(Options options, RunPlan plan, MemoryBudget budget, List<String> chosen,
        List<Alternative> alternatives) {
    public PlannedRun {
        chosen = List.copyOf(chosen);
        alternatives = List.copyOf(alternatives);
    }
}
