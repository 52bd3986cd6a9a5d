/// Reports about models, datasets and memory, as text tables and as JSON.
///
/// Reading order: [ModelSummary], [ModelSummaries] and [ModelSummaryText] (`info`), [PlanReport], [PlanReports] and
/// [PlanText] (`plan`), [LoadingReport] and [LoadingText] (its data loading), [GpuPlans] and [GpuPlansText]
/// (`plan gpus=`), [ScalingReport] and [ScalingText] (`plan ranks=`), [RunMemory],
/// [HostMemory] and [RunMemoryText] (memory of a run), [Advice] (`advise`),
/// [ModelFileSummary] (`import model=`), [JsonText]; the package `data` for data sets.
///
/// The reports are records of plain numbers and names; only [ModelSummaries] and [PlanReports], which create them,
/// depend on the compiler.
///
/// May import: `io.yolofit.app.console`, `io.yolofit.graph`, `io.yolofit.graph.plan`, `io.yolofit.graph.recompute`,
/// `io.yolofit.train.plan`, `io.yolofit.train.trainer`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.head`,
/// `io.yolofit.zoo.model` and `com.fasterxml.jackson`.
package io.yolofit.app.report;
