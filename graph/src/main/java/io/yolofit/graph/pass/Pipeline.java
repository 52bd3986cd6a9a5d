package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.FuseRecompute;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.recompute.RecomputeFrontier;
import io.yolofit.graph.rewrite.Pass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Compiles a model's forward graph to training, update and inference graphs. Each pipeline is a flat list of passes;
/// passes are called nowhere else. The verifier checks the result of every list, and the graph after every pass where
/// assertions are enabled, as in tests.
public final class Pipeline {
    private Pipeline() {
    }

    /// Forward, loss and backward. With `rule`, also the update; gradients are then transient. Without it, gradients
    /// are added to the persistent ones, for a later [#update].
    ///
    /// @param rule null to accumulate gradients
    /// @param losses of all branches of the head, with gradients
    /// @param capacity maximum number of objects per batch
    /// @param recompute activation checkpointing: how much the backward pass recomputes
    /// @param workspace of the kernels of the engine that will run the graph
    /// @param ranks that train together
    public static Graph training(Graph forward, StateLayout layout, List<BranchLoss> losses, long capacity,
            DType precision, Update.Rule rule, Recompute.Amount recompute, WorkspaceModel workspace, Ranks ranks) {
        return steps(forward, layout, losses, capacity, precision, rule, workspace, ranks).at(recompute);
    }

    /// The same for one rank.
    public static Graph training(Graph forward, StateLayout layout, List<BranchLoss> losses, long capacity,
            DType precision, Update.Rule rule, Recompute.Amount recompute, WorkspaceModel workspace) {
        return training(forward, layout, losses, capacity, precision, rule, recompute, workspace, Ranks.ONE);
    }

    /// The graphs of [#training] at all points of the frontier of memory against time; the work that they share is done
    /// once.
    public static Steps steps(Graph forward, StateLayout layout, List<BranchLoss> losses, long capacity,
            DType precision, Update.Rule rule, WorkspaceModel workspace, Ranks ranks) {
        return new Steps(saved(forward, layout, losses, capacity, precision, rule, ranks), workspace, ranks);
    }

    /// A training step with any amount of recomputation. Threads may share it.
    public static final class Steps {
        private final Graph saved;
        private final WorkspaceModel workspace;
        private final Ranks ranks;
        private final Map<Recompute.Amount, Graph> graphs = new ConcurrentHashMap<>();
        private RecomputeFrontier frontier;

        private Steps(Graph saved, WorkspaceModel workspace, Ranks ranks) {
            this.saved = saved;
            this.workspace = workspace;
            this.ranks = ranks;
        }

        private synchronized RecomputeFrontier frontier() {
            if (frontier == null) {
                frontier = RecomputeFrontier.of(saved, workspace);
            }
            return frontier;
        }

        public Graph at(Recompute.Amount amount) {
            return graphs.computeIfAbsent(amount, this::graph);
        }

        /// See [RecomputeFrontier#mostSaved].
        public long mostSaved() {
            return frontier().mostSaved();
        }

        private Graph graph(Recompute.Amount amount) {
            return run(saved, List.of(graph -> amount == Recompute.Policy.OFF ? graph : frontier().at(amount),
                    new FuseRecompute(amount, workspace), new FuseCopy(), new SynchronizeLoss(ranks),
                    new SynchronizeBatchNorm(ranks)));
        }
    }

    /// The training step that saves all activations.
    private static Graph saved(Graph forward, StateLayout layout, List<BranchLoss> losses, long capacity,
            DType precision, Update.Rule rule, Ranks ranks) {
        Graph graph = run(forward, List.of(
                FoldNormalization.frozen(layout),
                FlattenState.training(layout),
                new Precision(precision),
                new AttachLoss(losses, capacity),
                new DropOutputs(Set.of("items", "statistics")::contains),
                new FuseResidual(),
                new Differentiate(layout, rule == null),
                new AccumulateVectors(),
                new ReduceGradients(layout, ranks)));
        if (rule != null) {
            graph = run(graph, List.of(new AttachUpdate(layout, rule)));
        }
        return run(graph, List.of(new ScaleLoss(precision)));
    }

    /// The same for kernels without workspaces, which run one after the other.
    public static Graph training(Graph forward, StateLayout layout, List<BranchLoss> losses, long capacity,
            DType precision, Update.Rule rule, Recompute.Amount recompute) {
        return training(forward, layout, losses, capacity, precision, rule, recompute, WorkspaceModel.none());
    }

    /// The update alone: consumes accumulated gradients and resets them to zero.
    ///
    /// @param precision of the activations in the graphs that accumulate them
    /// @param ranks that train together
    public static Graph update(StateLayout layout, Update.Rule rule, DType precision, Ranks ranks) {
        return run(new GraphBuilder().build(), List.of(new AttachUpdate(layout, rule),
                new ReduceGradients(layout, ranks), new ScaleLoss(precision)));
    }

    /// The same for one rank.
    public static Graph update(StateLayout layout, Update.Rule rule, DType precision) {
        return update(layout, rule, precision, Ranks.ONE);
    }

    /// Predictions of a branch from the averaged weights and, with losses, their items (for validation). What only
    /// other branches need is dropped.
    ///
    /// @param losses empty for predictions only; otherwise without gradients
    public static Graph inference(Graph forward, StateLayout layout, BranchDecode decode, List<BranchLoss> losses,
            long capacity, DType precision) {
        Graph graph = run(forward, List.of(
                FlattenState.average(layout),
                FoldNormalization.all(),
                new FoldParallel(),
                new Precision(precision),
                new AttachDecode(decode)));
        if (!losses.isEmpty()) {
            graph = run(graph, List.of(new AttachLoss(losses, capacity)));
        }
        return run(graph, List.of(new DropOutputs(Set.of("items", "predictions")::contains)));
    }

    /// Predictions of a branch, with parameters and statistics as inputs: for export, which folds them as constants.
    public static Graph exported(Graph forward, BranchDecode decode) {
        return run(forward, List.of(
                FoldNormalization.all(),
                new FoldParallel(),
                new AttachDecode(decode),
                new DropOutputs("predictions"::equals)));
    }

    private static Graph run(Graph graph, List<Pass> passes) {
        Graph current = graph;
        for (Pass pass : passes) {
            Graph next = pass.run(current);
            assert next == current || isValid(next);
            current = next;
        }
        if (current != graph) {
            Verifier.verify(current);
        }
        return current;
    }

    private static boolean isValid(Graph graph) {
        Verifier.verify(graph);
        return true;
    }
}
