package io.yolofit.train.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.testkit.SameBits;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec.Batches;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.trainer.TinyRun;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final int SIDE = 32;
    private static final int IMAGE_BYTES = SIDE * SIDE * 3;
    private static final int CAPACITY = 4;
    private static final InputShape PAIR = InputShape.square(2, SIDE);
    /// One object in the first image, two in the second.
    private static final float[] TARGETS = {0, .5f, .5f, .6f, .4f, 1, .3f, .4f, .5f, .5f, 2, .7f, .6f, .4f, .7f};
    private static final int[] OFFSETS = {0, 1, 3};
    private static final StepScalars SCALARS = new StepScalars(new float[] {.01f, .01f, .01f}, .9f, .999f, .0005f, .5f,
            10, 1, 1);

    private final Arena arena = Arena.ofShared();
    private final Model model = TinyRun.model(3);
    private final MemorySegment pixels = noise();

    @AfterEach
    void close() {
        arena.close();
    }

    private MemorySegment noise() {
        SplittableRandom random = new SplittableRandom(9);
        MemorySegment bytes = arena.allocate(2 * IMAGE_BYTES);
        for (long i = 0; i < bytes.byteSize(); i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(256));
        }
        return bytes;
    }

    private static CompileOptions options(boolean accumulating) {
        return new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32, Update.Rule.ADAMW, CAPACITY, accumulating,
                Recompute.Policy.DEFAULT);
    }

    private static Map<String, float[]> state(Engine engine) {
        Map<String, float[]> state = new TreeMap<>();
        for (String name : new String[] {"parameters", "statistics", "moment0", "moment1", "ema"}) {
            state.put(name, engine.state().read(name));
        }
        return state;
    }

    private static Engine open(String device) {
        return Engines.open(device, 1);
    }

    /// Compiles training steps of two images, and the update if gradients are accumulated.
    private static TrainingSession session(CompiledModel compiled, boolean accumulating) {
        Batches batches = new Batches(List.of(PAIR), List.of(PAIR), CAPACITY);
        RunPlan plan = RunPlan.of(new RunSpec(compiled.model(), compiled.layout(), options(accumulating), batches),
                Target.of(compiled.engine()));
        compiled.engine().reserve(plan.programs());
        return new TrainingSession(compiled, options(accumulating), plan.steps(), plan.update());
    }

    /// Runs steps on the same two images.
    ///
    /// @return the losses
    private LossItems[] steps(TrainingSession session, boolean accumulating) {
        LossItems[] items = new LossItems[3];
        for (int i = 0; i < items.length; i++) {
            items[i] = session.run(pixels, 2, SIDE, SIDE, TARGETS, OFFSETS, SCALARS);
            if (accumulating) {
                session.update(SCALARS);
            }
        }
        return items;
    }

    @EachEngine
    void accumulatingOneBatchEqualsAStepWithoutAccumulation(String device) {
        try (Engine one = open(device); Engine other = open(device)) {
            CompiledModel together = CompiledModel.of(one, model, name -> false);
            CompiledModel apart = CompiledModel.of(other, model, name -> false);
            try (TrainingSession fused = session(together, false);
                    TrainingSession summing = session(apart, true)) {
                together.writeTrained(Initializer.of(model, 1));
                apart.writeTrained(Initializer.of(model, 1));

                LossItems[] expected = steps(fused, false);
                LossItems[] actual = steps(summing, true);

                if (device.equals(Engines.CPU)) {
                    assertThat(actual).isEqualTo(expected);
                    SameBits.assertSame(state(other), state(one));
                } else { // gradients are added to a buffer, which rounds differently
                    for (int i = 0; i < actual.length; i++) {
                        assertThat(sum(actual[i])).isCloseTo(sum(expected[i]), withinPercentage(.001));
                    }
                }
                assertThat(one.state().has("gradients")).isFalse();
                assertThat(other.state().read("gradients")).as("cleared by the update").containsOnly(0);
            }
        }
    }

    @EachEngine
    void gradientsOfTwoBatchesAreSummed(String device) {
        try (Engine engine = open(device)) {
            CompiledModel compiled = CompiledModel.of(engine, model, name -> false);
            try (TrainingSession session = session(compiled, true)) {
                compiled.writeTrained(Initializer.of(model, 1));
                session.run(pixels, 2, SIDE, SIDE, TARGETS, OFFSETS, SCALARS);
                float[] once = engine.state().read("gradients");
                session.run(pixels, 2, SIDE, SIDE, TARGETS, OFFSETS, SCALARS);
                float[] twice = engine.state().read("gradients");

                double norm = norm(once);
                assertThat(norm).isPositive();
                for (int i = 0; i < once.length; i++) {
                    once[i] = 2 * once[i] - twice[i];
                }
                assertThat(norm(once)).as("norm of the difference").isLessThan(1e-4 * norm);
            }
        }
    }

    private static double sum(LossItems items) {
        return items.sum();
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    @EachEngine
    void frozenParametersHaveNeitherGradientsNorMoments(String device) {
        try (Engine engine = open(device)) {
            CompiledModel compiled = CompiledModel.of(engine, model, name -> !name.startsWith("model.7."));
            try (TrainingSession session = session(compiled, false)) {
                compiled.writeTrained(Initializer.of(model, 1));
                float[] before = engine.state().read("parameters");
                steps(session, false);
                float[] after = engine.state().read("parameters");

                int trainable = engine.state().count("moment0");
                assertThat(trainable).isPositive().isLessThan(before.length);
                assertThat(Arrays.copyOfRange(after, trainable, after.length))
                        .isEqualTo(Arrays.copyOfRange(before, trainable, before.length));
                assertThat(after).isNotEqualTo(before);
            }
        }
    }

    @Test
    void onlyFp16HasALossScale() {
        StateLayout layout = StateLayout.of(model.forward(1, SIDE, SIDE), name -> false);
        for (DType precision : List.of(DType.F32, DType.BF16, DType.F16)) {
            for (boolean accumulating : new boolean[] {false, true}) {
                CompileOptions options = new CompileOptions(CompileOptions.Gains.DEFAULT, precision, Update.Rule.SGD,
                        CAPACITY,
                        accumulating, Recompute.Policy.DEFAULT);
                assertThat(new ModelGraphs(model, layout).step(options, PAIR, WorkspaceModel.none()).hasInput("scaler"))
                        .as(options.toString()).isEqualTo(precision == DType.F16);
            }
        }
    }

    @EachEngine
    void moreObjectsThanTheCapacityAreRefused(String device) {
        try (Engine engine = open(device)) {
            CompiledModel compiled = CompiledModel.of(engine, model, name -> false);
            try (TrainingSession session = session(compiled, false)) {
                float[] five = new float[5 * (CAPACITY + 1)];

                assertThatThrownBy(() -> session.run(pixels, 2, SIDE, SIDE, five, new int[] {0, 2, 5}, SCALARS))
                        .isInstanceOf(EngineException.class).hasMessageContaining("targets");
            }
        }
    }

    @EachEngine
    void aBatchWithoutObjectsHasOnlyAClassLoss(String device) {
        try (Engine engine = open(device)) {
            CompiledModel compiled = CompiledModel.of(engine, model, name -> false);
            try (TrainingSession session = session(compiled, false)) {
                compiled.writeTrained(Initializer.of(model, 1));

                LossItems items = session.run(pixels, 2, SIDE, SIDE, new float[0], new int[] {0, 0, 0}, SCALARS);

                assertThat(items.get(LossTerm.BOX)).isZero();
                assertThat(items.get(LossTerm.DISTANCE)).isZero();
                assertThat(items.get(LossTerm.CLASS)).isPositive();
            }
        }
    }

    @EachEngine
    void predictionsOfAnImageDoNotDependOnItsBatch(String device) {
        try (Engine engine = open(device)) {
            CompiledModel compiled = CompiledModel.of(engine, model, name -> false);
            try (InferenceSession session = InferenceSession.of(compiled, DType.F32)) {
                session.reserve(planned(session, engine, PAIR, InputShape.square(1, SIDE)));
                compiled.writeAverage(Initializer.of(model, 1));
                InferenceSession.Output both = session.run(pixels, 2, SIDE, SIDE);
                InferenceSession.Output second = session.run(pixels.asSlice(IMAGE_BYTES), 1, SIDE, SIDE);

                assertThat(both.anchors()).as("4 x 4 at stride 8 and 2 x 2 at stride 16").isEqualTo(20);
                assertThat(both.predictions()).hasSize(2 * 20 * 7);
                assertThat(both.items()).isNull();
                assertThat(second.predictions()).containsExactly(
                        Arrays.copyOfRange(both.predictions(), 20 * 7, 40 * 7), within(1e-4f));
            }
        }
    }

    @EachEngine
    void inferenceWithLossGivesTheSamePredictionsAndTheTrainingLoss(String engine) {
        InferenceSession.Output plain = inferred(engine, compiled -> InferenceSession.of(compiled, DType.F32),
                session -> session.run(pixels, 2, SIDE, SIDE));
        InferenceSession.Output measured = inferred(engine, compiled -> InferenceSession.withLoss(compiled, DType.F32,
                CompileOptions.Gains.DEFAULT, CAPACITY), session -> {
                    assertThatThrownBy(() -> session.run(pixels, 2, SIDE, SIDE))
                            .isInstanceOf(IllegalStateException.class).hasMessageContaining("needs targets");
                    return session.run(pixels, 2, SIDE, SIDE, TARGETS, OFFSETS);
                });
        InferenceSession.Output doubled = inferred(engine, compiled -> InferenceSession.withLoss(compiled, DType.F32,
                new CompileOptions.Gains(15, 1, 3), CAPACITY),
                session -> session.run(pixels, 2, SIDE, SIDE, TARGETS, OFFSETS));

        assertThat(measured.predictions()).containsExactly(plain.predictions(), within(1e-5f));
        for (LossTerm term : LossTerm.values()) {
            assertThat(doubled.items().get(term)).isCloseTo(2 * measured.items().get(term), within(1e-4)).isPositive();
        }
    }

    private static Map<InputShape, Program> planned(InferenceSession session, Engine engine, InputShape... shapes) {
        Map<InputShape, Program> programs = new LinkedHashMap<>();
        for (InputShape shape : shapes) {
            programs.put(shape, Program.of(session.graph(shape.images(), shape.height(), shape.width()),
                    engine.workspace()));
        }
        return programs;
    }

    private InferenceSession.Output inferred(String device, Function<CompiledModel, InferenceSession> sessions,
            Function<InferenceSession, InferenceSession.Output> run) {
        try (Engine engine = open(device)) {
            CompiledModel compiled = CompiledModel.of(engine, model, name -> false);
            try (InferenceSession session = sessions.apply(compiled)) {
                session.reserve(planned(session, engine, PAIR));
                compiled.writeAverage(Initializer.of(model, 1));
                return run.apply(session);
            }
        }
    }

    @Test
    void lossItemsAreAddedAndScaled() {
        LossItems items = LossItems.of(1, 2, 3).plus(LossItems.of(.5, .5, .5)).times(2);

        assertThat(items).isEqualTo(LossItems.of(3, 5, 7));
        assertThat(items.isFinite()).isTrue();
        assertThat(LossItems.of(1, Double.NaN, 0).isFinite()).isFalse();
        assertThat(LossItems.of(Double.POSITIVE_INFINITY, 0, Double.NEGATIVE_INFINITY).isFinite()).isFalse();
    }
}
