/// A training as the user sees it: the run folder, the console, the pictures and the final measurement around the
/// trainer.
///
/// Reading order: [TrainingRun], [TrainingView], [TrainingPictures], [ResidentMemory], [DeviceMemory].
///
/// May import: `train`, `data`, `engine`, and `app.console`, `app.run`, `app.plot`, `app.report`, `app.evaluation`.
package io.yolofit.app.training;
