package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute.Amount;
import io.yolofit.graph.recompute.Recompute.Policy;
import io.yolofit.graph.recompute.Recompute.Share;

/// The frontier of memory against time of a training step: what is recomputed, for any amount between nothing and all
/// that lowers the peak. Shares are relative to the peaks of both ends, which are searched once.
public final class RecomputeFrontier {
    /// Packing exceeds the lower bound by less than this factor, so lower bounds that differ more need no packing.
    private static final double PACKING = 1.1;

    private final Graph graph;
    private final WorkspaceModel workspace;
    private Result max;

    private record Result(Graph graph, long bound) {
    }

    private RecomputeFrontier(Graph graph, WorkspaceModel workspace) {
        this.graph = graph;
        this.workspace = workspace;
    }

    /// The frontier of a step that saves all activations.
    ///
    /// @param graph     before [Recompute]
    /// @param workspace of the engine's kernels
    public static RecomputeFrontier of(Graph graph, WorkspaceModel workspace) {
        return new RecomputeFrontier(graph, workspace);
    }

    /// The step with this amount of recomputation; unchanged where the arena would not shrink.
    public Graph at(Amount amount) {
        if (amount == Policy.OFF || CheckpointSegments.of(graph) == null) {
            return graph;
        }
        Graph recomputed = switch (amount) {
            case Policy policy -> policy == Policy.MAX ? max().graph : search(policy, 0).graph;
            case Share(double saved) -> share(saved);
        };
        return shrinks(recomputed) ? recomputed : graph;
    }

    /// `DEFAULT` recomputes the cheapest activations, so it is preferred wherever it saves enough.
    private Graph share(double saved) {
        if (saved <= 0) {
            return graph;
        }
        if (saved >= 1) {
            return max().graph;
        }
        long off = MemoryPlan.lowerBound(graph, workspace);
        long target = Math.round(off - saved * (off - max().bound));
        Result cheap = search(Policy.DEFAULT, target);
        return cheap.bound <= target ? cheap.graph : search(Policy.MAX, target).graph;
    }

    private synchronized Result max() {
        if (max == null) {
            max = search(Policy.MAX, 0);
        }
        return max;
    }

    private Result search(Policy policy, long target) {
        var search = new RecomputeSearch(CheckpointSegments.of(graph), policy, workspace, target);
        return new Result(search.run(), search.bound());
    }

    private boolean shrinks(Graph recomputed) {
        long before = MemoryPlan.lowerBound(graph, workspace);
        long after = MemoryPlan.lowerBound(recomputed, workspace);
        return after * PACKING < before || after < before && arena(recomputed) < arena(graph);
    }

    private long arena(Graph step) {
        return Program.of(step, workspace).plan().arenaBytes();
    }
}
