/// Plans of runs for a user: what the planner chose.
///
/// Reading order: [PlanRequest] (the run that `plan` is asked about) and [PlanTarget] (its device), [PlannedText] and
/// [CommandLine] (choices and alternatives as text), [GpuComparison] (one run on GPUs of the catalog), [ScalingPlan]
/// (the run on several GPUs), [Recommendation] (what `advise` recommends) and [AdviceDevice] (its device),
/// [HostEstimate] (host memory), [LoadingPlan] (data loading, measured).
///
/// May import: `io.yolofit.api.device`, `io.yolofit.api.model`, `io.yolofit.api.run`, `io.yolofit.app.console`,
/// `io.yolofit.app.report`, `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.data.batch`,
/// `io.yolofit.data.cache`, `io.yolofit.data.dataset`, `io.yolofit.data.importing`, `io.yolofit.data.throughput`,
/// `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.train.advice`,
/// `io.yolofit.train.options`, `io.yolofit.train.options.value`, `io.yolofit.train.plan`, `io.yolofit.train.plan.gpu`,
/// `io.yolofit.train.plan.loading`, `io.yolofit.train.plan.search`, `io.yolofit.train.plan.time`,
/// `io.yolofit.train.program`, `io.yolofit.train.trainer`, `io.yolofit.zoo.head` and `io.yolofit.zoo.model`.
package io.yolofit.app.planning;
