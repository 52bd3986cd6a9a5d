/// Device selection.
///
/// Reading order: [DeviceSelection] (pure function from the option and the GPUs present to a device and its reason),
/// [Engines] (opens it).
///
/// May import: `io.yolofit.base`, `io.yolofit.data.dataset`, `io.yolofit.engine`, `io.yolofit.engine.cpu`,
/// `io.yolofit.engine.cuda` and `io.yolofit.train.options`.
package io.yolofit.api.device;
