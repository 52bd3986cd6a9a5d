/// The budget search: the fastest run within a memory limit, its alternatives, and the nearest runs if none fits.
///
/// Reading order: [BudgetSearch], [PlannedRun] (its result) with [Alternative], [MemoryBudget]; `RunVariants`
/// (estimates, bounds and exact plans of variants) with `StepEstimate` and [RecomputeCurve]; `PrecisionChoice`;
/// `NearestRuns` and [NothingFitsException]; [DeviceRun] (a run on several devices) with `SharedPlans`.
///
/// May import: `io.yolofit.base`, `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.graph.op`,
/// `io.yolofit.graph.pass`, `io.yolofit.graph.plan`, `io.yolofit.graph.recompute`, `io.yolofit.train.options`,
/// `io.yolofit.train.options.value`, `io.yolofit.train.plan`, `io.yolofit.train.plan.time`, `io.yolofit.train.program`,
/// `io.yolofit.train.schedule`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.head` and `io.yolofit.zoo.model`.
package io.yolofit.train.plan.search;
