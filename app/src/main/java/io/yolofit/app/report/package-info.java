/// Reports about models, datasets and memory, as text tables and as JSON.
///
/// Reading order: [ModelSummary], [ModelSummaries] and [ModelSummaryText] (`info`), [PlanReport], [PlanReports] and
/// [PlanText] (`plan`), [RunMemory] and [RunMemoryText] (memory of a run), [DatasetSummary] and [DatasetSummaryText]
/// (`info data=`), [JsonText].
///
/// The reports are records of plain numbers and names; only [ModelSummaries] and [PlanReports], which create them,
/// depend on the compiler.
///
/// May import: `app.console`, `data.dataset`, `graph`, `graph.plan`, `graph.recompute`, `train.program`, `zoo.model`,
/// Jackson.
package io.yolofit.app.report;
