/// The plan of a run as one page: HTML with charts as SVG, without external resources, from the template `plan.html`;
/// and the check of a data set, from `check.html` ([CheckPage], with [SamplePictures]).
///
/// Reading order: [PlanPage] (the page) with `PageTemplate`; `MemoryChart` (memory over the step), `PeakMap` (the
/// tensors at the peak, a treemap), `ArenaMap` (buffers by time and offset), `FrontierChart` (recomputation),
/// `PageTables`, and [MemorySvg] and [FrontierSvg] (pictures for the folder of a run). Charts are drawn on a canvas of
/// 1000 by 1000 units that is stretched to its box; all text is HTML, so that it keeps its size on any screen.
///
/// May import: `io.yolofit.app.console`, `io.yolofit.app.report`, `io.yolofit.app.report.data`,
/// `io.yolofit.data.check`, `io.yolofit.data.dataset`, `io.yolofit.data.draw`, `io.yolofit.data.image`,
/// `io.yolofit.graph`, `io.yolofit.graph.recompute`, `io.yolofit.train.plan`, `io.yolofit.train.plan.search`,
/// `io.yolofit.train.plan.time`, `io.yolofit.train.program`, `io.yolofit.zoo.model` and `com.fasterxml.jackson`.
package io.yolofit.app.page;
