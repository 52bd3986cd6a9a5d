/// The passes that make values of the forward pass again where the backward pass reads them.
///
/// Reading order: [Recompute]; [RecomputeSearch], for what pays, with [CheckpointSegments] for what it knows of a step,
/// and [Rematerializer] for what it writes; [FuseRecompute], which takes some of that into gradients; [RecomputeReport]
/// for what came of it. `io.yolofit.graph.pass.Pipeline` calls the passes.
///
/// May import: `io.yolofit.graph` and its packages `op`, `plan` and `rewrite`.
package io.yolofit.graph.recompute;
