/// A model compiled for an engine: the programs of training and of inference by input shape, and their shared state.
///
/// Reading order: [CompiledModel], [CompileOptions], [MemoryNeed] (all programs of a run with their memory plans),
/// [TrainingSession], [InferenceSession], [NonFinite].
///
/// May import: `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.pass`,
/// `io.yolofit.graph.plan`, `io.yolofit.graph.recompute`, `io.yolofit.zoo.head`, `io.yolofit.zoo.model`.
package io.yolofit.train.program;
