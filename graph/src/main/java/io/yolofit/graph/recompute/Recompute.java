package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.rewrite.Pass;

/// Makes values of the forward pass again where the backward pass reads them, instead of keeping them.
/// ```
/// %y = conv2d.forward %x, %w                      %y = conv2d.forward %x, %w
/// %a, %m, %s, .. = bnact.forward %y, %g, %b, ..   %a, %m, %s, .. = bnact.forward %y, %g, %b, ..
/// %z = conv2d.forward %a, %v                      %z = conv2d.forward %a, %v
/// ..                                              ..
/// %dv = conv2d.weightgrad %a, %dz      becomes    %a' = bnact.apply %y, %g, %b, %m, %s
///                                                 %dv = conv2d.weightgrad %a', %dz
/// ```
/// `%a` then dies in the forward pass. What is recomputed is the same to the bit: the statistics are those of the
/// forward pass, running ones are not touched again, and every op runs as it did. Convolutions' outputs are cheap to
/// keep and dear to make, so `DEFAULT` keeps them but for those of the first segment and of the insides of segments at
/// the two highest resolutions, which are large and take little work; `MAX` keeps only what leaves a segment (Chen et
/// al., Training Deep Nets with Sublinear Memory Cost, 2016, with segments as segments).
///
/// Recomputation takes memory while it goes on, and work. [RecomputeSearch] therefore tries every choice on the memory
/// plan. Does not fire where the arena would not become smaller.
public record Recompute(Policy policy) implements Pass {
    /// How much is made again.
    public enum Policy {
        /// Nothing.
        OFF,
        /// What is cheap: two or three percent more work, up to a tenth where a head works at a high resolution.
        DEFAULT,
        /// Whatever makes the arena smaller: about a fifth more work.
        MAX
    }

    @Override
    public Graph run(Graph graph) {
        CheckpointSegments segments = policy == Policy.OFF ? null : CheckpointSegments.of(graph);
        if (segments == null) {
            return graph;
        }
        Graph recomputed = new RecomputeSearch(segments, policy).run();
        // whoever stays below the bound is below the arena, and needs no second packing
        long arena = arena(recomputed);
        return arena < MemoryPlan.lowerBound(graph) || arena < arena(graph) ? recomputed : graph;
    }

    private static long arena(Graph graph) {
        return Program.of(graph, WorkspaceModel.none()).plan().arenaBytes();
    }
}
