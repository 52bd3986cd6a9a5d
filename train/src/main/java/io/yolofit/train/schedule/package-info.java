/// Schedules of a run: learning rates, momentum, gradient accumulation, EMA decay and early stopping. All are pure
/// functions of the options and of the position in the run.
///
/// Reading order: [OptimizerSetup], [TrainingSchedule], [EarlyStop].
///
/// May import: `io.yolofit.graph.op`, `io.yolofit.train.options` and `io.yolofit.train.options.value`.
package io.yolofit.train.schedule;
