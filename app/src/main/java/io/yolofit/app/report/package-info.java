/// Reports about models and plans, as text tables and as JSON.
///
/// Reading order: [ModelSummary] and [ModelSummaryText] (`info`), [PlanReport] and [PlanText] (`plan`), [JsonText].
///
/// The records hold plain numbers and names, so this package needs nothing of the compiler.
/// May import: the JDK, Jackson, `app.console`.
package io.yolofit.app.report;
