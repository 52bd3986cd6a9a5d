package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.FuseRecompute;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.recompute.RecomputeFrontier;
import io.yolofit.graph.rewrite.Pass;
import java.util.List;
import java.util.Set;

/// Compiles a model's forward graph to training, update and inference graphs. Each pipeline is a flat list of passes;
/// passes are called nowhere else. The verifier checks the graph after every pass.
public final class Pipeline {
    private Pipeline() {
    }

    /// Forward, loss and backward. With `rule`, also the update; gradients are then transient. Without it, gradients
    /// are added to the persistent ones, for a later [#update].
    ///
    /// @param rule null to accumulate gradients
    /// @param capacity maximum number of objects per batch
    /// @param recompute activation checkpointing: how much the backward pass recomputes
    /// @param workspace of the kernels of the engine that will run the graph
    public static Graph training(Graph forward, StateLayout layout, DetectionLoss loss, long capacity, DType precision,
            Update.Rule rule, Recompute.Amount recompute, WorkspaceModel workspace) {
        Graph graph = saved(forward, layout, loss, capacity, precision, rule);
        return run(graph, List.of(new Recompute(recompute, workspace), new FuseRecompute(recompute, workspace),
                new FuseCopy()));
    }

    /// The graphs of [#training] at several points of the frontier of memory against time; the work that they share is
    /// done once, and the graphs are built in parallel.
    public static List<Graph> frontier(Graph forward, StateLayout layout, DetectionLoss loss, long capacity,
            DType precision, Update.Rule rule, List<Recompute.Amount> amounts, WorkspaceModel workspace) {
        Graph graph = saved(forward, layout, loss, capacity, precision, rule);
        RecomputeFrontier frontier = RecomputeFrontier.of(graph, workspace);
        return amounts.parallelStream().map(amount -> run(frontier.at(amount),
                List.of(new FuseRecompute(amount, workspace), new FuseCopy()))).toList();
    }

    /// The training step that saves all activations.
    private static Graph saved(Graph forward, StateLayout layout, DetectionLoss loss, long capacity, DType precision,
            Update.Rule rule) {
        Graph graph = run(forward, List.of(
                FoldNormalization.frozen(layout),
                FlattenState.training(layout),
                new Precision(precision),
                new AttachLoss(loss, capacity),
                new DropOutputs(Set.of("items", "statistics")::contains),
                new FuseResidual(),
                new Differentiate(layout, rule == null)));
        if (rule != null) {
            graph = run(graph, List.of(new AttachUpdate(layout, rule)));
        }
        return run(graph, List.of(new ScaleLoss(precision)));
    }

    /// The same for kernels without workspaces, which run one after the other.
    public static Graph training(Graph forward, StateLayout layout, DetectionLoss loss, long capacity, DType precision,
            Update.Rule rule, Recompute.Amount recompute) {
        return training(forward, layout, loss, capacity, precision, rule, recompute, WorkspaceModel.none());
    }

    /// The update alone: consumes accumulated gradients and resets them to zero.
    ///
    /// @param precision of the activations in the graphs that accumulate them
    public static Graph update(StateLayout layout, Update.Rule rule, DType precision) {
        return run(new GraphBuilder().build(), List.of(new AttachUpdate(layout, rule), new ScaleLoss(precision)));
    }

    /// Predictions from the averaged weights and, with a loss, its items (for validation).
    ///
    /// @param loss null for predictions only; otherwise without gradients
    public static Graph inference(Graph forward, StateLayout layout, DetectionDecode decode, DetectionLoss loss,
            long capacity, DType precision) {
        Graph graph = run(forward, List.of(
                FlattenState.average(layout),
                FoldNormalization.all(),
                new Precision(precision),
                new AttachDecode(decode)));
        if (loss != null) {
            graph = run(graph, List.of(new AttachLoss(loss, capacity)));
        }
        return run(graph, List.of(new DropOutputs(Set.of("items", "predictions")::contains)));
    }

    private static Graph run(Graph graph, List<Pass> passes) {
        Graph current = graph;
        for (Pass pass : passes) {
            current = pass.run(current);
            Verifier.verify(current);
        }
        return current;
    }
}
