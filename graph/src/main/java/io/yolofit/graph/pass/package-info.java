/// How a model's forward graph becomes a training step or an inference graph.
///
/// Reading order: [Pipeline], the flat lists of passes; [Pass]; [StateLayout]; then the passes in the order in which
/// the pipelines name them. Nothing but [Pipeline] calls a pass. The largest is [Recompute], with the search for what
/// pays: see [RecomputeRows] for what it knows of a step, [Rebuild] for what it writes, [RecomputeReport] for what came
/// of it. [FuseRebuild] then takes some of that into gradients.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.plan` and the JDK.
package io.yolofit.graph.pass;
