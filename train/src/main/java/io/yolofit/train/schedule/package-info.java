/// The numbers of a run that change from step to step: learning rates, momentum, accumulation, the average's decay; and
/// when to stop. All are pure functions of the options and of how far the run is.
///
/// Reading order: [OptimizerSetup], [TrainingSchedule], [EarlyStop].
///
/// May import: `io.yolofit.train.options`, `io.yolofit.graph.op`.
package io.yolofit.train.schedule;
