package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.FuseRecompute;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.rewrite.Pass;
import java.util.List;
import java.util.Set;

/// The ways from a model's forward graph to the graphs that run, each a flat list of passes. Nothing else calls a pass.
/// The verifier reads the graph after every pass.
public final class Pipeline {
    private Pipeline() {
    }

    /// Forward, loss and backward; with `rule` the update too, and the gradients are then transient. Without it they
    /// are added to the persistent gradients, for an update that follows later.
    ///
    /// @param rule null to sum gradients
    /// @param capacity most objects in a batch
    /// @param recompute what the backward pass makes again instead of keeping it
    public static Graph training(Graph forward, StateLayout layout, DetectionLoss loss, long capacity, DType precision,
            Update.Rule rule, Recompute.Policy recompute) {
        Graph graph = run(forward, List.of(
                FlattenState.training(layout),
                new Precision(precision),
                new AttachLoss(loss, capacity),
                new DropOutputs(Set.of("items", "statistics")::contains),
                new FuseResidual(),
                new Differentiate(layout, rule == null)));
        if (rule != null) {
            graph = run(graph, List.of(new AttachUpdate(layout, rule)));
        }
        return run(graph, List.of(new ScaleLoss(precision), new Recompute(recompute),
                new FuseRecompute(recompute), new FuseCopy()));
    }

    /// The update alone: consumes summed gradients and leaves zeros.
    ///
    /// @param precision of the activations in the graphs that sum them
    public static Graph update(StateLayout layout, Update.Rule rule, DType precision) {
        return run(new GraphBuilder().build(), List.of(new AttachUpdate(layout, rule), new ScaleLoss(precision)));
    }

    /// Predictions, and with a loss its items too (for validation), from the averaged weights.
    ///
    /// @param loss null for predictions only; otherwise without gradients
    public static Graph inference(Graph forward, StateLayout layout, DetectionDecode decode, DetectionLoss loss,
            long capacity, DType precision) {
        Graph graph = run(forward, List.of(
                FlattenState.average(layout),
                new FoldNormalization(),
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
