package io.yolofit.train.program;

import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.zoo.head.HeadSpec;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The programs of a training run, one per batch shape. A run with few shapes compiles all of them before its first
/// step; otherwise a program is compiled at the first batch of its shape. Without gradient accumulation a step is one
/// program: forward, loss, backward, update. With it, one program adds the gradients of a batch to the sum and another
/// applies the update.
public final class TrainingSession implements AutoCloseable {
    private final CompiledModel compiled;
    private final CompileOptions options;
    private final Map<InputShape, Program> programs;
    private final Map<InputShape, Executable> steps = new HashMap<>();
    private final Executable update;

    /// Compiles the planned programs of the largest batches, which creates the state.
    ///
    /// @param steps   the programs of all batch shapes, the largest first
    /// @param planned the update with accumulated gradients; empty if steps include it
    public TrainingSession(CompiledModel compiled, CompileOptions options, Map<InputShape, Program> steps,
            Optional<Program> planned) {
        this.compiled = compiled;
        this.options = options;
        programs = steps;
        update = planned.map(compiled.engine()::compile).orElse(null);
        programs.keySet().stream().limit(CompiledModel.compiledAtOnce(programs.size())).forEach(this::step);
        startScaler();
    }

    /// A session for batches of any shape: compiles one program, and others at the first batch of their shape.
    public TrainingSession(CompiledModel compiled, CompileOptions options, int images, int height, int width) {
        this.compiled = compiled;
        this.options = options;
        programs = Map.of();
        update = options.accumulating() ? compile(updateGraph(compiled.layout(), options)) : null;
        step(new InputShape(images, height, width));
        startScaler();
    }

    private void startScaler() {
        State state = compiled.engine().state();
        if (state.has("scaler")) {
            state.write("scaler", 0, LossScale.initial());
        }
    }

    /// The graph of a training step.
    public static Graph stepGraph(CompiledModel compiled, CompileOptions options, int images, int height, int width) {
        return stepGraph(compiled.model(), compiled.layout(), options, new InputShape(images, height, width),
                compiled.engine().workspace());
    }

    /// The graph of a training step; needs no engine.
    static Graph stepGraph(Model model, StateLayout layout, CompileOptions options, InputShape shape,
            WorkspaceModel workspace) {
        return Pipeline.training(model.forward(shape.images(), shape.height(), shape.width()), layout,
                options.trainingLosses(model.head()), options.capacity(), options.precision(),
                options.accumulating() ? null : options.rule(), options.recompute(), workspace, options.ranks());
    }

    /// The graph of an update with accumulated gradients.
    public static Graph updateGraph(StateLayout layout, CompileOptions options) {
        return Pipeline.update(layout, options.rule(), options.precision(), options.ranks());
    }

    /// A started step.
    ///
    /// @param program executable of the step
    /// @param fetch   pending read of its losses
    public record StepHandle(HeadSpec head, Executable program, Executable.Fetch fetch) {
        /// The losses; waits for this step but for no later one.
        public LossItems items() {
            return LossItems.of(head, fetch.get());
        }

        /// Waits until the batch has been copied to the device; its host memory may be reused afterwards.
        public void written() {
            program.written();
        }
    }

    /// Starts a step. With accumulation it adds the gradients to the sum; without, it includes the update. At most two
    /// steps may have unread losses.
    ///
    /// @param pixels  `u8[images,height,width,3]`; in an engine's host memory they must not change until
    ///                [StepHandle#written()] returns
    /// @param targets rows of class, cx, cy, w, h, grouped by image
    /// @param offsets index of each image's first row, and the number of rows
    public StepHandle start(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets,
            StepScalars scalars) {
        Executable step = step(new InputShape(images, height, width));
        step.write("images", pixels);
        step.write("targets", targets);
        step.write("offsets", offsets);
        step.write("scalars", scalars.toArray());
        step.run();
        return new StepHandle(compiled.model().head(), step, step.fetch("items"));
    }

    /// Runs a step and waits for its losses.
    public LossItems run(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets,
            StepScalars scalars) {
        return start(pixels, images, height, width, targets, offsets, scalars).items();
    }

    /// Applies the accumulated gradients and clears them.
    public void update(StepScalars scalars) {
        update.write("scalars", scalars.toArray());
        update.run();
    }

    private Executable step(InputShape shape) {
        return steps.computeIfAbsent(shape, key -> programs.containsKey(key)
                ? compiled.engine().compile(programs.get(key))
                : compile(stepGraph(compiled, options, key.images(), key.height(), key.width())));
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
