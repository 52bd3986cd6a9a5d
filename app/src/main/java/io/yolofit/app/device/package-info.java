/// On which device a command runs: found, chosen, opened, and what to do where a run does not fit.
///
/// Reading order: [DeviceSelection] (pure: from the option and the GPUs that there are to a choice and its reason),
/// [Engines] (opens it), [FittingRuns] (smaller runs where one does not fit), [CommandLine].
///
/// May import: `engine`, `train.options`, `data` (where the cache folder is), `app.console`.
package io.yolofit.app.device;
