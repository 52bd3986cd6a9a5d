/// Runs the trainer for a user. Console, plots and reports are listeners of its events.
///
/// Reading order: [TrainingRanks] (the ranks of a process), [GroupStop], [TrainingRun], [TrainingView], [RunWatch]
/// (what is observed between steps) with [MemoryWatch], [MemoryRule], [LoadingWatch], [LoadingNotice] and
/// [ResourceLog]; [ResidentMemory] and [DeviceMemory] (measured memory), [MemoryReport]; [TrainingPictures],
/// [ResultsReport] with [RunResults], [KubeflowProgress], [Demonstration].
///
/// May import: `io.yolofit.api.device`, `io.yolofit.api.run`, `io.yolofit.app.console`, `io.yolofit.app.evaluation`,
/// `io.yolofit.app.live`, `io.yolofit.app.page`, `io.yolofit.app.planning`, `io.yolofit.app.plot`,
/// `io.yolofit.app.report`, `io.yolofit.app.tensorboard`, `io.yolofit.base`, `io.yolofit.base.file`,
/// `io.yolofit.data.batch`, `io.yolofit.data.dataset`, `io.yolofit.data.demo`, `io.yolofit.data.draw`,
/// `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.engine.cpu.host`, `io.yolofit.graph`,
/// `io.yolofit.train.checkpoint`, `io.yolofit.train.eval`, `io.yolofit.train.event`, `io.yolofit.train.inference`,
/// `io.yolofit.train.options`, `io.yolofit.train.options.value`, `io.yolofit.train.plan`,
/// `io.yolofit.train.plan.loading`, `io.yolofit.train.program`, `io.yolofit.train.ranks`, `io.yolofit.train.trainer`,
/// `io.yolofit.zoo.model`, `com.fasterxml.jackson.databind` and `com.fasterxml.jackson.databind.node`.
package io.yolofit.app.training;
