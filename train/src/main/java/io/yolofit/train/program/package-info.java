/// A model compiled for an engine: the programs of training and of inference, by input shape, and the state they share.
///
/// Reading order: [CompiledModel], [TrainingPlan], [MemoryNeed] (all programs of a run, planned), [TrainingPrograms],
/// [Detector].
///
/// May import: `io.yolofit.graph`, `io.yolofit.zoo`, `io.yolofit.engine`.
package io.yolofit.train.program;
