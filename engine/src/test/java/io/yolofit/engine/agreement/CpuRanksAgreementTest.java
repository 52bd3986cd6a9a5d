package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.Executable;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.testing.Engines;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Ranks that share a batch, each an engine with a thread of its own, train as one engine with the whole batch.
class CpuRanksAgreementTest {
    private static final int SIZE = 64;
    private static final int CLASSES = 3;
    private static final int CAPACITY = 24;
    private static final int STEPS = 3;
    /// Slow links, so that gradients have several buckets.
    private static final double BANDWIDTH = 1;
    private static final List<String> STATE = List.of("parameters", "statistics", "ema", "moment0");
    private static final Tolerance CLOSE = new Tolerance(1e-4, 1e-4);

    private final Model model;
    private final StateLayout layout;
    private final Map<String, double[]> state = new LinkedHashMap<>();

    CpuRanksAgreementTest() {
        Architecture architecture = ArchitectureReader.read(TinyArchitecture.YAML, "tiny.yaml");
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
    }

    /// Images and objects of a rank.
    private record Slice(int images, double[] pixels, double[] targets, double[] offsets) {
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

    private Graph step(int images, DType precision, Recompute.Policy policy, WorkspaceModel workspace, Ranks ranks) {
        return Pipeline.training(model.forward(images, SIZE, SIZE), layout, model.head().trainingLosses(7.5, .5, 1.5),
                CAPACITY, precision, Update.Rule.SGD, policy, workspace, ranks);
    }

    /// Items and norm of each step, and the state after the last one.
    private Map<String, float[]> train(Engine engine, Graph step, Slice batch) {
        Map<String, float[]> results = new LinkedHashMap<>();
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
            for (int i = 0; i < STEPS; i++) {
                executable.run();
                results.put("items of step " + i, executable.read("items"));
                results.put("norm of step " + i, executable.read("norm"));
            }
            STATE.forEach(buffer -> results.put(buffer, engine.state().read(buffer)));
        }
        return results;
    }

    private List<Map<String, float[]>> trainRanks(List<Integer> images, DType precision, Recompute.Policy policy,
            Slice batch) throws InterruptedException {
        List<Communicator> group = LocalGroup.of(images.size());
        List<FutureTask<Map<String, float[]>>> ranks = new ArrayList<>();
        int first = 0;
        for (int rank = 0; rank < images.size(); rank++) {
            Slice slice = batch.range(first, images.get(rank));
            Graph graph = step(slice.images, precision, policy, WorkspaceModel.none(),
                    new Ranks(images.size(), true, BANDWIDTH, 0));
            Communicator end = group.get(rank);
            ranks.add(new FutureTask<>(() -> {
                try (end) {
                    return train(new CpuEngine(1, end), graph, slice);
                }
            }));
            first += slice.images;
        }
        ranks.forEach(rank -> Thread.ofPlatform().daemon().start(rank));
        List<Map<String, float[]>> results = new ArrayList<>();
        for (FutureTask<Map<String, float[]>> rank : ranks) {
            try {
                results.add(rank.get());
            } catch (ExecutionException e) {
                throw new AssertionError("a rank failed", e.getCause());
            }
        }
        return results;
    }

    static Stream<Arguments> groups() {
        return Stream.of(List.of(2, 2), List.of(3, 2), List.of(1, 2, 1, 2)).flatMap(images ->
                Stream.of(Recompute.Policy.OFF, Recompute.Policy.MAX).map(policy -> Arguments.of(images, policy)));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void ranksOfTheCpuTrainAsOneEngine(List<Integer> images, Recompute.Policy policy) throws InterruptedException {
        Engines.assumeCpu();
        int whole = images.stream().mapToInt(Integer::intValue).sum();
        Slice batch = Slice.random(new Seed(whole), whole);
        Map<String, float[]> expected = train(new CpuEngine(2),
                step(whole, DType.F32, policy, WorkspaceModel.none(), Ranks.ONE), batch);
        List<Map<String, float[]>> ranks = trainRanks(images, DType.F32, policy, batch);
        List<String> wrong = new ArrayList<>();
        expected.forEach((name, values) -> {
            double exceeded = CLOSE.exceeded(ranks.getFirst().get(name), Elements.doubles(values));
            if (!(exceeded <= 1)) {
                wrong.add(name + " exceeds the tolerance " + exceeded + " times");
            }
        });
        assertThat(wrong).isEmpty();
        for (Map<String, float[]> rank : ranks) {
            rank.forEach((name, values) -> assertThat(values).as(name).isEqualTo(ranks.getFirst().get(name)));
        }
    }

    @Test
    void ranksInBf16HaveTheSameBits() throws InterruptedException {
        Engines.assumeCpu();
        List<Map<String, float[]>> ranks = trainRanks(List.of(1, 2), DType.BF16, Recompute.Policy.OFF,
                Slice.random(new Seed(3), 3));
        ranks.getLast().forEach((name, values) ->
                assertThat(values).as(name).isEqualTo(ranks.getFirst().get(name)).doesNotContain(Float.NaN));
    }

    @Test
    void anEngineOfOneRankRefusesAProgramOfTwo() {
        Engines.assumeCpu();
        try (Engine engine = new CpuEngine(1)) {
            Program program = Program.of(step(1, DType.F32, Recompute.Policy.OFF, WorkspaceModel.none(),
                    new Ranks(2, true)), engine.workspace());
            assertThatThrownBy(() -> engine.compile(program)).isInstanceOf(EngineException.class)
                    .hasMessageContaining("the program is one of 2 ranks, but the engine belongs to a group of 1");
        }
    }
}
