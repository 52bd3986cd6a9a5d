/// A model compiled for an engine: the programs of training and of inference by input shape, and their shared state.
///
/// Reading order: [CompiledModel], [CompileOptions], [ModelGraphs] (the graphs of a run),
/// [TrainingSession], [Detector], [InferenceSession], [NonFinite].
///
/// May import: `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.graph.head`, `io.yolofit.graph.op`,
/// `io.yolofit.graph.pass`, `io.yolofit.graph.plan`, `io.yolofit.graph.recompute`, `io.yolofit.zoo.head`,
/// `io.yolofit.zoo.model`.
package io.yolofit.train.program;
