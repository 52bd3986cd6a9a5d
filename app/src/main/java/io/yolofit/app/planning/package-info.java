/// Plans of runs for a user: the devices they are planned for, what the planner chose, and the reservation of memory.
///
/// Reading order: [Targets], [Reservation] (from options to a run with its memory), [PlannedText] and [CommandLine]
/// (choices and alternatives as text), [GpuComparison] (one run on GPUs of the catalog),
/// [AdviceDevice] (the device of `advise`), [HostEstimate] (host memory), [LoadingPlan] (data loading, measured).
///
/// May import: `io.yolofit.app.console`, `io.yolofit.app.report`, `io.yolofit.data.batch`, `io.yolofit.data.cache`,
/// `io.yolofit.data.dataset`, `io.yolofit.data.throughput`, `io.yolofit.engine`, `io.yolofit.engine.cpu`,
/// `io.yolofit.engine.cuda`, `io.yolofit.graph`, `io.yolofit.graph.plan`, `io.yolofit.graph.recompute`,
/// `io.yolofit.train.advice`, `io.yolofit.train.options`, `io.yolofit.train.options.value`, `io.yolofit.train.plan`,
/// `io.yolofit.train.plan.gpu`, `io.yolofit.train.plan.loading`, `io.yolofit.train.plan.search`,
/// `io.yolofit.train.plan.time`, `io.yolofit.train.program`, `io.yolofit.train.trainer` and `io.yolofit.zoo.model`.
package io.yolofit.app.planning;
