package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.rewrite.Pass;

/// Rematerialization (activation checkpointing): recomputes activations in the backward pass instead of saving them.
/// ```
/// %y = conv2d.forward %x, %w                      %y = conv2d.forward %x, %w
/// %a, %m, %s, .. = bnact.forward %y, %g, %b, ..   %a, %m, %s, .. = bnact.forward %y, %g, %b, ..
/// %z = conv2d.forward %a, %v                      %z = conv2d.forward %a, %v
/// ..                                              ..
/// %dv = conv2d.weightgrad %a, %dz      becomes    %a' = bnact.apply %y, %g, %b, %m, %s
///                                                 %dv = conv2d.weightgrad %a', %dz
/// ```
/// The live range of `%a` then ends in the forward pass. Recomputed values are bit-identical: they use the saved batch
/// statistics, running statistics are updated once, and every op is repeated unchanged. Convolution outputs are
/// expensive to recompute, so `DEFAULT` saves them, except in the first segment and in the interiors of segments at the
/// two highest resolutions, where they are large and take little work. `MAX` saves the outputs of segments only (Chen
/// et al., Training Deep Nets with Sublinear Memory Cost, 2016; a segment is one layer of the model).
///
/// Recomputation itself takes memory and work, so [RecomputeSearch] evaluates every choice on the memory plan. Does not
/// fire if the arena would not shrink.
public record Recompute(Policy policy) implements Pass {
    /// Which activations are recomputed.
    public enum Policy {
        /// Nothing.
        OFF,
        /// Cheap ones: 2 to 3 % more FLOPs, up to 10 % for heads at a high resolution.
        DEFAULT,
        /// All that shrink the arena: about 20 % more FLOPs.
        MAX
    }

    @Override
    public Graph run(Graph graph) {
        CheckpointSegments segments = policy == Policy.OFF ? null : CheckpointSegments.of(graph);
        if (segments == null) {
            return graph;
        }
        Graph recomputed = new RecomputeSearch(segments, policy).run();
        long arena = arena(recomputed);
        // an arena below the lower bound of the original graph needs no packing of that graph
        return arena < MemoryPlan.lowerBound(graph) || arena < arena(graph) ? recomputed : graph;
    }

    private static long arena(Graph graph) {
        return Program.of(graph, WorkspaceModel.none()).plan().arenaBytes();
    }
}
