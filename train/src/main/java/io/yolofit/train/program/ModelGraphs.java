package io.yolofit.train.program;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.model.Model;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Builds the graphs of a model; needs no engine. Planner and sessions take their graphs from here. Steps that differ
/// in recomputation only share their work. Threads may share it.
public final class ModelGraphs {
    private final Model model;
    private final StateLayout layout;
    private final Map<StepKey, Pipeline.Steps> steps = new ConcurrentHashMap<>();

    private record StepKey(CompileOptions options, InputShape shape, WorkspaceModel workspace) {
    }

    /// @param layout of the flat buffers; the same for all graphs
    public ModelGraphs(Model model, StateLayout layout) {
        this.model = model;
        this.layout = layout;
    }

    /// The graph of a training step.
    ///
    /// @param workspace of the kernels of the engine that will run it
    public Graph step(CompileOptions options, InputShape shape, WorkspaceModel workspace) {
        return steps(options, shape, workspace).at(options.recompute());
    }

    /// Bytes that recomputation saves at the peak of a training step at most, whatever the options have.
    public long mostSaved(CompileOptions options, InputShape shape, WorkspaceModel workspace) {
        return steps(options, shape, workspace).mostSaved();
    }

    private Pipeline.Steps steps(CompileOptions options, InputShape shape, WorkspaceModel workspace) {
        return steps.computeIfAbsent(new StepKey(options.with(Recompute.Policy.OFF), shape, workspace), _ ->
                Pipeline.steps(model.forward(shape.images(), shape.height(), shape.width()), layout,
                        options.trainingLosses(model.head()), options.capacity(), options.precision(),
                        options.accumulating() ? null : options.rule(), workspace, options.ranks()));
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
