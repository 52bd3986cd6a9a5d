package io.yolofit.train.program;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.model.Model;
import java.util.List;

/// Builds the graphs of a model; needs no engine. Planner and sessions take their graphs from here.
///
/// @param layout of the flat buffers; the same for all graphs
public record ModelGraphs(Model model, StateLayout layout) {
    /// The graph of a training step.
    ///
    /// @param workspace of the kernels of the engine that will run it
    public Graph step(CompileOptions options, InputShape shape, WorkspaceModel workspace) {
        return TrainingSession.stepGraph(model, layout, options, shape, workspace);
    }

    /// The graphs of a training step at several points of the frontier of memory against time.
    public List<Graph> frontier(CompileOptions options, InputShape shape, List<Recompute.Amount> amounts,
            WorkspaceModel workspace) {
        return Pipeline.frontier(model.forward(shape.images(), shape.height(), shape.width()), layout,
                options.trainingLosses(model.head()), options.capacity(), options.precision(),
                options.accumulating() ? null : options.rule(), amounts, workspace, options.ranks());
    }

    /// The graph of an update with accumulated gradients.
    public Graph update(CompileOptions options) {
        return TrainingSession.updateGraph(layout, options);
    }

    /// The graph of inference.
    ///
    /// @param gains    of the loss; null for predictions only
    /// @param capacity maximum number of objects in a batch, with a loss
    public Graph inference(DType precision, CompileOptions.Gains gains, long capacity, InputShape shape) {
        return InferenceSession.graph(model, layout, precision, gains, capacity, shape.images(), shape.height(),
                shape.width());
    }
}
