/// Device selection, and suggestions if a run does not fit into its memory.
///
/// Reading order: [DeviceSelection] (pure function from the option and the GPUs present to a device and its reason),
/// [Engines] (opens it), [FittingRuns] (smaller runs that fit), [CommandLine].
///
/// May import: `app.console`, `data.dataset` (for the cache folder), `engine`, `engine.cpu`, `engine.cuda`,
/// `train.options`, `train.schedule`.
package io.yolofit.app.device;
