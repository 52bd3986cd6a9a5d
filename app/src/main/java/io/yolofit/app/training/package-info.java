/// Runs the trainer for a user: run folder, console, plots and the final validation.
///
/// Reading order: [TrainingRun], [TrainingView], [TrainingPictures], [ResidentMemory], [DeviceMemory].
///
/// May import: `app.console`, `app.evaluation`, `app.plot`, `app.report`, `app.run`, `data.batch`, `data.dataset`,
/// `data.draw`, `engine`, `engine.cuda`, `train.checkpoint`, `train.eval`, `train.inference`, `train.options`,
/// `train.program`, `train.trainer`, `zoo.weights`.
package io.yolofit.app.training;
