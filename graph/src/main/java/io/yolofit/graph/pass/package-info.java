/// The passes that compile a model's forward graph to a training step or an inference graph.
///
/// Reading order: [Pipeline], the flat lists of passes; `io.yolofit.graph.rewrite`, the interface of passes;
/// [StateLayout] and [Ranks]; then the passes in pipeline order. The largest, rematerialization, is in
/// `io.yolofit.graph.recompute`. Only [Pipeline] calls passes.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.head`, `io.yolofit.graph.op`, `io.yolofit.graph.plan`,
/// `io.yolofit.graph.recompute`, `io.yolofit.graph.rewrite` and the JDK.
package io.yolofit.graph.pass;
