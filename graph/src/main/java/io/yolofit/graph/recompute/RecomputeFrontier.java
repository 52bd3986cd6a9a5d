package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
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
    /// Null without a backward pass.
    private final StepNodes step;
    /// Lower bound of the step that saves everything.
    private final long saved;
    private RecomputeSearch max;

    private RecomputeFrontier(Graph graph, WorkspaceModel workspace) {
        this.graph = graph;
        this.workspace = workspace;
        CheckpointSegments segments = CheckpointSegments.of(graph);
        step = segments == null ? null : new StepNodes(segments, workspace);
        saved = step == null ? 0 : NodeSequence.of(step).lowerBound();
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
        if (step == null) {
            return graph;
        }
        return switch (amount) {
            case Policy.OFF -> graph;
            case Policy.DEFAULT -> smaller(search(Policy.DEFAULT, 0));
            case Policy.MAX -> smaller(max());
            case Share(double part) -> part <= 0 ? graph : smaller(part >= 1 ? max() : share(part));
        };
    }

    /// Bytes that recomputation saves at the peak at most.
    public long mostSaved() {
        return step == null ? 0 : Math.max(0, saved - max().bound());
    }

    /// `DEFAULT` recomputes the cheapest activations, so it is preferred wherever it saves enough.
    private RecomputeSearch share(double part) {
        long target = Math.round(saved - part * (saved - max().bound()));
        RecomputeSearch cheap = search(Policy.DEFAULT, target);
        return cheap.bound() <= target ? cheap : search(Policy.MAX, target);
    }

    private synchronized RecomputeSearch max() {
        if (max == null) {
            max = search(Policy.MAX, 0);
        }
        return max;
    }

    private RecomputeSearch search(Policy policy, long target) {
        var search = new RecomputeSearch(step, policy, target);
        search.run();
        return search;
    }

    private Graph smaller(RecomputeSearch found) {
        if (found.bound() >= saved) {
            return graph;
        }
        Graph recomputed = found.graph();
        return found.bound() * PACKING < saved || arena(recomputed) < arena(graph) ? recomputed : graph;
    }

    private long arena(Graph step) {
        return Program.of(step, workspace).plan().arenaBytes();
    }
}
