/// What the page of a run costs it.
///
/// Reading order: [PageBenchmark], `BlockClock` (blocks of steps with and without the page), `SwitchedListener`,
/// `PageClients`, `PairedRatios` (the result).
///
/// May import: `io.yolofit.api.device`, `io.yolofit.api.model`, `io.yolofit.api.run`, `io.yolofit.app.console`,
/// `io.yolofit.app.live`, `io.yolofit.data.batch`, `io.yolofit.data.dataset`, `io.yolofit.data.importing`,
/// `io.yolofit.engine`, `io.yolofit.train.event`, `io.yolofit.train.inference`, `io.yolofit.train.options`,
/// `io.yolofit.train.options.value`, `io.yolofit.train.program` and `io.yolofit.train.trainer`.
package io.yolofit.bench.page;
