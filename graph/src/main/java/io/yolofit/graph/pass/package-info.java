/// How a model's forward graph becomes a training step or an inference graph.
///
/// Reading order: [Pipeline], the flat lists of passes; `io.yolofit.graph.rewrite`, for what a pass is; [StateLayout];
/// then the passes in the order in which the pipelines name them, the largest of them in `io.yolofit.graph.recompute`.
/// Nothing but [Pipeline] calls a pass.
///
/// May import: `io.yolofit.graph`, its packages `op`, `plan`, `rewrite` and `recompute`, and the JDK.
package io.yolofit.graph.pass;
