package io.yolofit.train.program;

import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/// The programs of a training run, compiled when a batch of a new shape comes. Without accumulation a step is one
/// program: forward, loss, backward, update. With it, one program adds a batch's gradients to the sum and another
/// updates.
public final class TrainingPrograms implements AutoCloseable {
    private final CompiledModel compiled;
    private final TrainingPlan plan;
    private final Map<InputShape, Executable> steps = new HashMap<>();
    private final Executable update;

    /// Compiles the program of batches of that shape at once, so that the state exists.
    public TrainingPrograms(CompiledModel compiled, TrainingPlan plan, int images, int height, int width) {
        this.compiled = compiled;
        this.plan = plan;
        update = plan.accumulating() ? compile(updateGraph(compiled, plan)) : null;
        step(new InputShape(images, height, width));
        State state = compiled.engine().state();
        if (state.has("scaler")) {
            state.write("scaler", 0, LossScale.initial());
        }
    }

    /// The graph of one batch.
    public static Graph stepGraph(CompiledModel compiled, TrainingPlan plan, int images, int height, int width) {
        return stepGraph(compiled.model(), compiled.layout(), plan, images, height, width);
    }

    /// The graph of one batch, which needs no engine.
    static Graph stepGraph(Model model, StateLayout layout, TrainingPlan plan, int images, int height, int width) {
        return Pipeline.training(model.forward(images, height, width), layout, plan.loss(model.head(), true),
                plan.capacity(), plan.precision(), plan.accumulating() ? null : plan.rule(), plan.recompute());
    }

    /// The graph of an update after several batches.
    public static Graph updateGraph(CompiledModel compiled, TrainingPlan plan) {
        return Pipeline.update(compiled.layout(), plan.rule(), plan.precision());
    }

    /// Runs a batch: with accumulation its gradients are added to the sum, without it the update is included.
    ///
    /// @param pixels `u8[images,height,width,3]`
    /// @param targets rows of class, cx, cy, w, h, grouped by image
    /// @param offsets where each image's rows begin
    public LossItems run(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets,
            StepScalars scalars) {
        Executable step = step(new InputShape(images, height, width));
        step.write("images", pixels);
        step.write("targets", targets);
        step.write("offsets", offsets);
        step.write("scalars", scalars.toArray());
        step.run();
        return LossItems.of(step.read("items"));
    }

    /// Applies the summed gradients and clears them.
    public void update(StepScalars scalars) {
        update.write("scalars", scalars.toArray());
        update.run();
    }

    private Executable step(InputShape shape) {
        return steps.computeIfAbsent(shape,
                key -> compile(stepGraph(compiled, plan, key.images(), key.height(), key.width())));
    }

    private Executable compile(Graph graph) {
        return compiled.engine().compile(Program.of(graph, compiled.engine().workspace()));
    }

    @Override
    public void close() {
        steps.values().forEach(Executable::close);
        if (update != null) {
            update.close();
        }
    }
}
