package io.yolofit.train.trajectory;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// Another engine that gets given batches instead of those that the trainer makes, and records what the trainer asks of
/// it: the scalars of every step, and the updates. Everything else of a run is the product's own.
final class ReplayEngine implements Engine {
    private final Engine engine;
    private final IntFunction<TrajectoryBatch> batches;
    private final Consumer<Update> afterUpdate;
    private final List<StepScalars> steps = new ArrayList<>();
    private final List<Update> updates = new ArrayList<>();

    /// An update of the optimizer.
    ///
    /// @param number    from 1
    /// @param iteration of the run, from 0
    /// @param norm      of the gradient, before clipping
    record Update(int number, int iteration, StepScalars scalars, float norm) {
    }

    /// @param engine      runs the programs; the caller closes it
    /// @param batches     of the training steps, by iteration
    /// @param afterUpdate may read the state
    ReplayEngine(Engine engine, IntFunction<TrajectoryBatch> batches, Consumer<Update> afterUpdate) {
        this.engine = engine;
        this.batches = batches;
        this.afterUpdate = afterUpdate;
    }

    /// Of all steps so far.
    List<StepScalars> steps() {
        return steps;
    }

    List<Update> updates() {
        return updates;
    }

    @Override
    public Executable compile(Program program) {
        Executable compiled = engine.compile(program);
        Graph graph = program.graph();
        if (!graph.hasInput("gradients")) {
            return compiled; // inference
        }
        return graph.hasInput("images") ? new Step(compiled) : new UpdateStep(compiled);
    }

    private static StepScalars scalars(MemorySegment data) {
        return StepScalars.of(data.toArray(ValueLayout.JAVA_FLOAT));
    }

    /// A training step, without its update.
    private final class Step extends Forwarding {
        private Map<String, MemorySegment> inputs;

        Step(Executable step) {
            super(step);
        }

        @Override
        public void write(String input, MemorySegment data) {
            if (input.equals("images")) {
                TrajectoryBatch batch = batches.apply(steps.size());
                inputs = Map.of("images", MemorySegment.ofArray(batch.pixels()),
                        "targets", MemorySegment.ofArray(batch.targets()),
                        "offsets", MemorySegment.ofArray(batch.offsets()));
            }
            if (input.equals("scalars")) {
                steps.add(scalars(data));
            }
            MemorySegment replaced = inputs.getOrDefault(input, data);
            if (input.equals("images") && replaced.byteSize() != data.byteSize()) {
                throw new AssertionError("iteration " + steps.size() + ": the trainer's batch has " + data.byteSize()
                        + " bytes of pixels, but the trajectory's has " + replaced.byteSize());
            }
            super.write(input, replaced);
        }
    }

    private final class UpdateStep extends Forwarding {
        private StepScalars scalars;

        UpdateStep(Executable update) {
            super(update);
        }

        @Override
        public void write(String input, MemorySegment data) {
            scalars = scalars(data);
            super.write(input, data);
        }

        @Override
        public void run() {
            super.run();
            Update update = new Update(updates.size() + 1, steps.size() - 1, scalars, read("norm")[0]);
            updates.add(update);
            afterUpdate.accept(update);
        }
    }

    private abstract static class Forwarding implements Executable {
        private final Executable executable;

        Forwarding(Executable executable) {
            this.executable = executable;
        }

        @Override
        public void write(String input, MemorySegment data) {
            executable.write(input, data);
        }

        @Override
        public void written() {
            executable.written();
        }

        @Override
        public void run() {
            executable.run();
        }

        @Override
        public void profile(NodeTimes times) {
            executable.profile(times);
        }

        @Override
        public float[] read(String output) {
            return executable.read(output);
        }

        @Override
        public Fetch fetch(String output) {
            return executable.fetch(output);
        }

        @Override
        public void close() {
            executable.close();
        }
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public String description() {
        return engine.description();
    }

    @Override
    public DType mixedPrecision() {
        return engine.mixedPrecision();
    }

    @Override
    public boolean supports(DType activations) {
        return engine.supports(activations);
    }

    @Override
    public WorkspaceModel workspace() {
        return engine.workspace();
    }

    @Override
    public boolean staging() {
        return engine.staging();
    }

    @Override
    public Recompute.Policy recompute() {
        return engine.recompute();
    }

    @Override
    public State state() {
        return engine.state();
    }

    @Override
    public void reserve(List<Program> programs) {
        engine.reserve(programs);
    }

    @Override
    public MemorySegment hostMemory(long bytes) {
        return engine.hostMemory(bytes);
    }

    @Override
    public void close() {
        engine.close();
    }
}
