/// Device selection.
///
/// Reading order: [DeviceSelection] (pure function from the option and the GPUs present to a device and its reason),
/// [RankDevices] (the devices of a process, its ranks and their group) with [UnequalGpus], [Engines] (opens a device).
///
/// May import: `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.engine`, `io.yolofit.engine.comm`,
/// `io.yolofit.train.options`, `io.yolofit.train.plan`, `io.yolofit.train.plan.gpu`, `io.yolofit.train.plan.time` and
/// `io.yolofit.train.ranks`.
package io.yolofit.api.device;
