/// Events of a training run for any number of listeners.
///
/// Reading order: [TrainingEvent] (what happens), [TrainingEvents] (who receives it, on which thread), [EventQueue]
/// (listeners that the run does not wait for).
///
/// May import: `io.yolofit.data.batch`, `io.yolofit.train.eval`, `io.yolofit.train.inference`,
/// `io.yolofit.train.options`, `io.yolofit.train.plan`, `io.yolofit.train.program` and `io.yolofit.train.trainer`.
package io.yolofit.train.event;
