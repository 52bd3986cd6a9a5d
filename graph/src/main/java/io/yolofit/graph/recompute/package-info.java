/// Rematerialization (activation checkpointing): the passes that recompute activations in the backward pass instead of
/// saving them.
///
/// Reading order: [Recompute], what is recomputed, with the pass in its plain form, which tests use;
/// [RecomputeFrontier], which the pipeline calls, any amount between nothing and all;
/// [RecomputeSearch], the search, with [CheckpointSegments], its analysis, [Rematerializer], its rewrite,
/// [NodeSequence], the step that it writes, as numbers, and [SavedBytes], which spares evaluations; [FuseRecompute],
/// which fuses recomputation into gradients, with `Fusions`; [RecomputeReport], the report.
/// `io.yolofit.graph.pass.Pipeline` calls the passes.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.plan`, `io.yolofit.graph.rewrite` and the
/// JDK.
package io.yolofit.graph.recompute;
