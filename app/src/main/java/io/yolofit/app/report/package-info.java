/// Reports about models and plans, as text tables and as JSON.
///
/// Reading order: [ModelSummary], [ModelSummaries] and [ModelSummaryText] (`info`), [PlanReport], [PlanReports] and
/// [PlanText] (`plan`), [RunMemory] and [RunMemoryText] (what a run took), [DatasetSummary] and [DatasetSummaryText]
/// (`info data=`), [JsonText].
///
/// The reports are records of plain numbers and names; only [ModelSummaries] and [PlanReports], which fill them, know
/// the compiler. May import: `graph`, `zoo`, `data`, `train.program`, Jackson, `app.console`.
package io.yolofit.app.report;
