/// Runs the trainer for a user: run folder, console, plots and the final validation.
///
/// Reading order: [TrainingRun], [TrainingView], [TrainingPictures], [ResidentMemory], [DeviceMemory],
/// [Demonstration].
///
/// May import: `io.yolofit.app.console`, `io.yolofit.app.evaluation`, `io.yolofit.app.page`, `io.yolofit.app.plot`,
/// `io.yolofit.app.report`, `io.yolofit.api.run`, `io.yolofit.data.batch`, `io.yolofit.data.dataset`,
/// `io.yolofit.data.demo`, `io.yolofit.data.draw`, `io.yolofit.engine`, `io.yolofit.engine.cpu`,
/// `io.yolofit.engine.cuda`, `io.yolofit.train.checkpoint`, `io.yolofit.train.eval`, `io.yolofit.train.event`,
/// `io.yolofit.train.inference`, `io.yolofit.train.options`, `io.yolofit.train.program` and
/// `io.yolofit.train.trainer`.
package io.yolofit.app.training;
