/// A model compiled for an engine: the programs of training and of inference, by input shape, and the state they share.
///
/// Reading order: [CompiledModel], [CompileOptions], [MemoryNeed] (all programs of a run, planned), [TrainingSession],
/// [InferenceSession].
///
/// May import: `io.yolofit.graph`, `io.yolofit.zoo`, `io.yolofit.engine`.
package io.yolofit.train.program;
