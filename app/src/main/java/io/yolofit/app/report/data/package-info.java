/// Reports about data sets.
///
/// Reading order: [DatasetSummary] and [DatasetSummaryText] (`info data=`), [ImportReport] (`import`),
/// [DataCheckReport] (`check`).
///
/// May import: `io.yolofit.app.console`, `io.yolofit.data.check`, `io.yolofit.data.dataset`, `io.yolofit.data.formats`
/// and `io.yolofit.data.importing`.
package io.yolofit.app.report.data;
