/// How a model's forward graph becomes a training step or an inference graph.
///
/// Reading order: [Pipeline], the flat lists of passes; [Pass]; [StateLayout]; then the passes in the order in which
/// the pipelines name them. Nothing but [Pipeline] calls a pass.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph.pass;
