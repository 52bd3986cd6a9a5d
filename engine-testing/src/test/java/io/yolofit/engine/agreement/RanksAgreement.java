package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.LinkTrace;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.TinyArchitecture;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureCatalog.Sized;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;

/// A small model that one engine trains with a whole batch, and ranks with slices of it, each an engine with a thread
/// of its own.
abstract class RanksAgreement {
    private static final int SIZE = 64;
    private static final int CLASSES = 3;
    private static final int CAPACITY = 24;
    private static final int STEPS = 3;
    /// Slow links, so that gradients have several buckets.
    private static final double BANDWIDTH = 1;
    private static final List<String> STATE = List.of("parameters", "statistics", "ema", "moment0");
    private static final double LOSS_SCALE = 64;

    private Model model;
    private StateLayout layout;
    private final Map<String, double[]> state = new LinkedHashMap<>();

    RanksAgreement() {
        use(TinyArchitecture.YAML);
    }

    /// Trains another model.
    ///
    /// @param rows of its file
    final void use(String rows) {
        Architecture architecture = ArchitectureReader.read(rows, "tiny.yaml");
        model = Model.of(new Sized(architecture, architecture.scale("")), CLASSES);
        layout = StateLayout.of(model.forward(1, SIZE, SIZE), name -> false);
        double[] parameters = new double[(int) layout.parameterCount()];
        double[] statistics = new double[(int) layout.statisticCount()];
        Initializer.of(model, 5).forEach((name, values) -> {
            boolean parameter = layout.parameters().containsKey(name);
            StateLayout.Slot slot = parameter ? layout.parameters().get(name) : layout.statistics().get(name);
            double[] flat = parameter ? parameters : statistics;
            for (int i = 0; i < values.length; i++) {
                flat[(int) slot.offset() + i] = values[i];
            }
        });
        state.put("parameters", parameters);
        state.put("statistics", statistics);
        double[] ema = Arrays.copyOf(parameters, parameters.length + statistics.length);
        System.arraycopy(statistics, 0, ema, parameters.length, statistics.length);
        state.put("ema", ema);
        state.put("moment0", new double[(int) layout.trainableCount()]);
        state.put("scaler", new double[] {LOSS_SCALE, 0, 0});
    }

    /// An engine that is the only rank.
    abstract Engine alone();

    /// Opens the engines of a group; each is opened by the rank's thread.
    abstract IntFunction<Engine> group(int ranks);

    /// Workspaces of all of these engines.
    abstract WorkspaceModel workspace();

    /// Images and objects of a rank.
    record Slice(int images, double[] pixels, double[] targets, double[] offsets) {
        static Slice random(Seed seed, int images) {
            double[] pixels = new double[images * SIZE * SIZE * 3];
            Arrays.setAll(pixels, i -> seed.between(0, 255));
            double[] offsets = new double[images + 1];
            for (int image = 1; image <= images; image++) {
                offsets[image] = offsets[image - 1] + seed.between(0, 4);
            }
            double[] targets = new double[CAPACITY * TargetColumn.COUNT];
            for (int row = 0; row < CAPACITY; row++) {
                targets[TargetColumn.CLASS.at(row)] = seed.between(0, CLASSES - 1);
                targets[TargetColumn.CENTER_X.at(row)] = seed.uniform(.2, .8);
                targets[TargetColumn.CENTER_Y.at(row)] = seed.uniform(.2, .8);
                targets[TargetColumn.WIDTH.at(row)] = seed.uniform(.1, .7);
                targets[TargetColumn.HEIGHT.at(row)] = seed.uniform(.1, .7);
            }
            return new Slice(images, pixels, targets, offsets);
        }

        /// A range of the images with their objects.
        Slice range(int first, int count) {
            int pixelsOfImage = pixels.length / images;
            int row = (int) offsets[first];
            double[] rows = Arrays.copyOfRange(targets, row * TargetColumn.COUNT,
                    (int) offsets[first + count] * TargetColumn.COUNT);
            return new Slice(count, Arrays.copyOfRange(pixels, first * pixelsOfImage, (first + count) * pixelsOfImage),
                    Arrays.copyOf(rows, targets.length), Arrays.stream(offsets, first, first + count + 1)
                            .map(offset -> offset - row).toArray());
        }
    }

    Graph step(int images, DType precision, Recompute.Policy policy, Ranks ranks) {
        return Pipeline.training(model.forward(images, SIZE, SIZE), layout, model.head().trainingLosses(7.5, .5, 1.5),
                CAPACITY, precision, Update.Rule.SGD, policy, workspace(), ranks);
    }

    /// What a test does with an engine that has a step and its batch.
    @FunctionalInterface
    private interface Work<T> {
        T with(Engine engine, Executable executable);
    }

    private <T> T run(Engine engine, Graph step, Slice batch, Work<T> work) {
        try (engine; Executable executable = engine.compile(Program.of(step, engine.workspace()))) {
            Map<String, double[]> contents = new LinkedHashMap<>(state);
            contents.put("images", batch.pixels);
            contents.put("targets", batch.targets);
            contents.put("offsets", batch.offsets);
            contents.put("scalars", StateCases.scalars(new Seed(3)));
            for (Value input : step.inputs()) {
                if (input.role().persistent()) {
                    engine.state().write(input.name(), 0, Elements.floats(contents.get(input.name())));
                } else {
                    executable.write(input.name(), Elements.bytes(input.dtype(), contents.get(input.name())));
                }
            }
            return work.with(engine, executable);
        }
    }

    /// Items and norm of each step, and the state after the last one.
    private static Map<String, float[]> train(Engine engine, Executable executable) {
        Map<String, float[]> results = new LinkedHashMap<>();
        for (int i = 0; i < STEPS; i++) {
            executable.run();
            results.put("items of step " + i, executable.read("items"));
            results.put("norm of step " + i, executable.read("norm"));
        }
        STATE.forEach(buffer -> results.put(buffer, engine.state().read(buffer)));
        return results;
    }

    /// Results of one engine with the whole batch.
    Map<String, float[]> trainAlone(DType precision, Recompute.Policy policy, Slice batch) {
        return run(alone(), step(batch.images, precision, policy, Ranks.ONE), batch, RanksAgreement::train);
    }

    /// Results of all ranks.
    ///
    /// @param images of each rank
    List<Map<String, float[]>> trainRanks(List<Integer> images, DType precision, Recompute.Policy policy, Slice batch)
            throws InterruptedException {
        return runRanks(images, precision, policy, batch, RanksAgreement::train);
    }

    /// Traces of a step of ranks with an image each.
    List<LinkTrace> traceRanks(int ranks) throws InterruptedException {
        return runRanks(Collections.nCopies(ranks, 1), DType.F32, Recompute.Policy.DEFAULT,
                Slice.random(new Seed(ranks), ranks), (_, executable) -> executable.trace());
    }

    private <T> List<T> runRanks(List<Integer> images, DType precision, Recompute.Policy policy, Slice batch,
            Work<T> work) throws InterruptedException {
        IntFunction<Engine> engines = group(images.size());
        List<FutureTask<T>> ranks = new ArrayList<>();
        int first = 0;
        for (int rank = 0; rank < images.size(); rank++) {
            int own = rank;
            Slice slice = batch.range(first, images.get(rank));
            Graph graph = step(slice.images, precision, policy, new Ranks(images.size(), true, BANDWIDTH, 0));
            ranks.add(new FutureTask<>(() -> run(engines.apply(own), graph, slice, work)));
            first += slice.images;
        }
        ranks.forEach(rank -> Thread.ofPlatform().daemon().start(rank));
        List<T> results = new ArrayList<>();
        for (FutureTask<T> rank : ranks) {
            try {
                results.add(rank.get());
            } catch (ExecutionException e) {
                throw new AssertionError("a rank failed", e.getCause());
            }
        }
        return results;
    }

    /// Compares ranks with one engine, and with each other to the bit.
    void checkGroup(List<Integer> images, DType precision, Recompute.Policy policy, Tolerance tolerance)
            throws InterruptedException {
        int whole = images.stream().mapToInt(Integer::intValue).sum();
        Slice batch = Slice.random(new Seed(whole), whole);
        Map<String, float[]> expected = trainAlone(precision, policy, batch);
        List<Map<String, float[]>> ranks = trainRanks(images, precision, policy, batch);
        List<String> wrong = new ArrayList<>();
        expected.forEach((name, values) -> {
            double exceeded = tolerance.exceeded(ranks.getFirst().get(name), Elements.doubles(values));
            if (!(exceeded <= 1)) {
                wrong.add(name + " exceeds the tolerance " + exceeded + " times");
            }
        });
        assertThat(wrong).isEmpty();
        checkSame(ranks);
    }

    static void checkSame(List<Map<String, float[]>> ranks) {
        for (Map<String, float[]> rank : ranks) {
            rank.forEach((name, values) -> assertThat(values).as(name).isEqualTo(ranks.getFirst().get(name))
                    .doesNotContain(Float.NaN));
        }
    }
}
