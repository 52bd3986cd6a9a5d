package io.yolofit.train.plan;

import java.util.List;

/// Everything that determines the programs of a run, except the device.
public sealed interface PlanSpec permits RunSpec, InferenceSpec {
    /// The programs, in the order of their first use.
    List<ProgramSpec> programs(Target target);
}
