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

/// The programs of a training run, compiled when a batch of a new shape comes, or at once where a run has few shapes.
/// Without accumulation a step is one
/// program: forward, loss, backward, update. With it, one program adds a batch's gradients to the sum and another
/// updates.
public final class TrainingSession implements AutoCloseable {
    private final CompiledModel compiled;
    private final CompileOptions plan;
    private final Map<InputShape, Program> planned;
    private final Map<InputShape, Executable> steps = new HashMap<>();
    private final Executable update;

    /// Compiles the program of the largest batches at once, so that the state exists.
    ///
    /// @param need of the run: its programs are what is compiled
    public TrainingSession(CompiledModel compiled, CompileOptions plan, MemoryNeed need) {
        this.compiled = compiled;
        this.plan = plan;
        planned = need.programs(MemoryNeed.Kind.STEP);
        update = plan.accumulating()
                ? compiled.engine().compile(need.programs(MemoryNeed.Kind.UPDATE).get(null)) : null;
        planned.keySet().stream().limit(CompiledModel.compiledAtOnce(planned.size())).forEach(this::step);
        startScaler();
    }

    /// For batches of any shape: compiles the program of one at once, and plans others when they come.
    public TrainingSession(CompiledModel compiled, CompileOptions plan, int images, int height, int width) {
        this.compiled = compiled;
        this.plan = plan;
        planned = Map.of();
        update = plan.accumulating() ? compile(updateGraph(compiled.layout(), plan)) : null;
        step(new InputShape(images, height, width));
        startScaler();
    }

    private void startScaler() {
        State state = compiled.engine().state();
        if (state.has("scaler")) {
            state.write("scaler", 0, LossScale.initial());
        }
    }

    /// The graph of one batch.
    public static Graph stepGraph(CompiledModel compiled, CompileOptions plan, int images, int height, int width) {
        return stepGraph(compiled.model(), compiled.layout(), plan, images, height, width);
    }

    /// The graph of one batch, which needs no engine.
    static Graph stepGraph(Model model, StateLayout layout, CompileOptions plan, int images, int height, int width) {
        return Pipeline.training(model.forward(images, height, width), layout, plan.loss(model.head(), true),
                plan.capacity(), plan.precision(), plan.accumulating() ? null : plan.rule(), plan.recompute());
    }

    /// The graph of an update after several batches.
    public static Graph updateGraph(StateLayout layout, CompileOptions plan) {
        return Pipeline.update(layout, plan.rule(), plan.precision());
    }

    /// A step that was started.
    ///
    /// @param program that runs it
    /// @param fetch   of its loss items
    public record StepHandle(Executable program, Executable.Fetch fetch) {
        /// The losses; waits for that step, and for no later one.
        public LossItems items() {
            return LossItems.of(fetch.get());
        }

        /// Waits until the batch has been copied: then its memory may be used again.
        public void written() {
            program.written();
        }
    }

    /// Starts a batch: with accumulation its gradients are added to the sum, without it the update is included. At most
    /// two batches may have losses that nobody asked for.
    ///
    /// @param pixels `u8[images,height,width,3]`; of an engine's host memory, they must stay as they are until they are
    /// written
    /// @param targets rows of class, cx, cy, w, h, grouped by image
    /// @param offsets where each image's rows begin
    public StepHandle start(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets,
            StepScalars scalars) {
        Executable step = step(new InputShape(images, height, width));
        step.write("images", pixels);
        step.write("targets", targets);
        step.write("offsets", offsets);
        step.write("scalars", scalars.toArray());
        step.run();
        return new StepHandle(step, step.fetch("items"));
    }

    /// Runs a batch and waits for its losses.
    public LossItems run(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets,
            StepScalars scalars) {
        return start(pixels, images, height, width, targets, offsets, scalars).items();
    }

    /// Applies the summed gradients and clears them.
    public void update(StepScalars scalars) {
        update.write("scalars", scalars.toArray());
        update.run();
    }

    private Executable step(InputShape shape) {
        return steps.computeIfAbsent(shape, key -> planned.containsKey(key)
                ? compiled.engine().compile(planned.get(key))
                : compile(stepGraph(compiled, plan, key.images(), key.height(), key.width())));
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
