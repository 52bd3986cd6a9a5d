/// Device selection, and suggestions if a run does not fit into its memory.
///
/// Reading order: [DeviceSelection] (pure function from the option and the GPUs present to a device and its reason),
/// [Engines] (opens it), [FittingRuns] (smaller runs that fit), [CommandLine].
///
/// May import: `io.yolofit.app.console`, `io.yolofit.data.dataset`, `io.yolofit.engine`, `io.yolofit.engine.cpu`,
/// `io.yolofit.engine.cuda`, `io.yolofit.train.options` and `io.yolofit.train.schedule`.
package io.yolofit.app.device;
