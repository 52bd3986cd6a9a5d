package io.yolofit.bench;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.LinkTrace;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.ProcessMemory;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.InputShape;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A training step of an untrained model, ready to run on a batch of random images.
final class TrainingBench implements AutoCloseable {
    private static final int OBJECTS = 15;
    /// A loss scale at which the gradients of an untrained model do not overflow f16, so that no step skips its update.
    private static final float F16_LOSS_SCALE = 128;

    private final int batch;
    private static final int VALIDATION_BATCHES = 2;

    private final int size;
    private final int classes;
    private final int objects;
    private final RunPlan plan;
    private final Program program;
    private final Executable step;
    private int steps;

    TrainingBench(Engine engine, Model model, int batch, int size, DType precision) {
        this(engine, model, batch, size, precision, OBJECTS, Update.Rule.ADAMW, Recompute.Policy.OFF);
    }

    /// @param objects in each image
    TrainingBench(Engine engine, Model model, int batch, int size, DType precision, int objects, Update.Rule rule,
            Recompute.Amount recompute) {
        this(engine, model, batch, size, precision, objects, rule, recompute, false, Ranks.ONE);
    }

    /// @param batch        of this rank
    /// @param accumulating whether the step adds to its gradients and leaves the update to another program
    /// @param ranks        that take the step together
    TrainingBench(Engine engine, Model model, int batch, int size, DType precision, int objects, Update.Rule rule,
            Recompute.Amount recompute, boolean accumulating, Ranks ranks) {
        this.batch = batch;
        this.size = size;
        this.objects = objects;
        classes = model.head().classes();
        Graph forward = model.forward(batch, size, size);
        StateLayout layout = StateLayout.of(forward, parameter -> false);
        long capacity = (long) batch * 4 * objects;
        CompileOptions options = new CompileOptions(CompileOptions.Gains.DEFAULT, precision, rule, capacity,
                accumulating, recompute, ranks);
        var batches = new RunSpec.Batches(List.of(new InputShape(batch, size, size)),
                List.of(new InputShape(VALIDATION_BATCHES * batch, size, size)), VALIDATION_BATCHES * capacity);
        plan = RunPlan.of(new RunSpec(model, layout, options, batches),
                Target.of(engine).at(new Slot(0, ranks.count())));
        engine.reserve(plan.programs());
        program = plan.programs().getFirst();
        step = engine.compile(program);
        Map<String, float[]> weights = Initializer.of(model, 0);
        layout.parameters().values().forEach(slot ->
                engine.state().write("parameters", slot.offset(), weights.get(slot.name())));
        layout.statistics().values().forEach(slot ->
                engine.state().write("statistics", slot.offset(), weights.get(slot.name())));
        if (engine.state().has("scaler")) {
            engine.state().write("scaler", 0, new float[] {F16_LOSS_SCALE, 0, 0});
        }
        writeRandomBatch();
    }

    /// Bytes of the arena of a run with this step, including validation with batches twice as large.
    long plannedBytes() {
        return plan.arenaBytes();
    }

    /// Planned memory of the process on the device of this rank.
    ProcessMemory plannedMemory() {
        return plan.memory();
    }

    /// The program of the step.
    Program program() {
        return program;
    }

    private void writeRandomBatch() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] pixels = new byte[batch * size * size * 3];
        random.nextBytes(pixels);
        float[] rows = new float[batch * objects * TargetColumn.COUNT];
        int[] offsets = new int[batch + 1];
        for (int i = 0; i < batch * objects; i++) {
            rows[TargetColumn.CLASS.at(i)] = random.nextInt(classes);
            rows[TargetColumn.CENTER_X.at(i)] = (float) random.nextDouble(.2, .8);
            rows[TargetColumn.CENTER_Y.at(i)] = (float) random.nextDouble(.2, .8);
            rows[TargetColumn.WIDTH.at(i)] = (float) random.nextDouble(.05, .3);
            rows[TargetColumn.HEIGHT.at(i)] = (float) random.nextDouble(.05, .3);
            offsets[i / objects + 1] = i + 1;
        }
        write(MemorySegment.ofArray(pixels), rows, offsets);
    }

    void write(MemorySegment pixels, float[] targets, int[] offsets) {
        step.write("images", pixels);
        step.write("targets", targets);
        step.write("offsets", offsets);
    }

    /// Runs a step and waits for it; returns its seconds.
    double run() {
        long start = System.nanoTime();
        writeScalars();
        step.run();
        step.read("items");
        return (System.nanoTime() - start) / 1e9;
    }

    /// Starts a step without waiting for it.
    ///
    /// @return the pending fetch of its losses
    Executable.Fetch launch() {
        writeScalars();
        step.run();
        return step.fetch("items");
    }

    void profile(Executable.NodeTimes times) {
        writeScalars();
        step.profile(times);
    }

    /// Runs steps, and reports when the sums over ranks of the last one took place. Called by all ranks.
    LinkTrace trace() {
        writeScalars();
        return step.trace();
    }

    private void writeScalars() {
        steps++;
        float[] rates = {1e-3f, 1e-3f, 1e-3f};
        step.write("scalars", new StepScalars(rates, .9f, .999f, 5e-4f, .999f, 10, 1, steps).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() {
        step.close();
    }
}
