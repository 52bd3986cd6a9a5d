/// What the page of a run costs it: [PageBenchmark].
///
/// May import: `io.yolofit.app.command`, `io.yolofit.app.console`, `io.yolofit.app.live`, `io.yolofit.train.event`,
/// `io.yolofit.train.options`, `io.yolofit.train.options.value` and `io.yolofit.train.program`.
package io.yolofit.bench.page;
