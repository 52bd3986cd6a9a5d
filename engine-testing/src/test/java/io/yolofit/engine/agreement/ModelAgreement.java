package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Complete graphs of a small detector, as the pipelines produce them: every engine against the interpreter.
abstract class ModelAgreement {
    private static final String ENGINES = "io.yolofit.engine.testing.Engines#names";
    private static final String HALF_PRECISIONS = "io.yolofit.engine.testing.Engines#halfPrecisions";
    private static final Tolerance CLOSE = new Tolerance(1e-4, 1e-4);
    /// Lower bound of a tensor's scale, as a fraction of the largest element of its buffer. A shift before SPPF's pools
    /// moves every part of the concat equally, so that the gradient of the bias there is rounding only.
    private static final double LEAST_SCALE = 1e-3;
    /// After sixteen layers of rounded activations.
    private static final Map<DType, Tolerance> HALF = Map.of(DType.BF16, new Tolerance(.02, .02),
            DType.F16, new Tolerance(.005, .005));
    /// In bf16 most models assign an anchor to another object than in fp64: .93 to .996 for twelve seeds, with and
    /// without frozen rows.
    private static final Map<DType, Double> HALF_COSINE = Map.of(DType.BF16, .9, DType.F16, .99);

    private final AllBlocksModel model;
    private final List<String> wrong = new ArrayList<>();

    ModelAgreement(AllBlocksModel model) {
        this.model = model;
    }

    static Stream<Arguments> rules() {
        return Engines.with((Object[]) Rule.values());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void twoTrainingStepsMatchTheInterpreter(String name, Rule rule) {
        Graph step = model.training(DType.F32, rule);
        Map<String, double[]> contents = model.contents();
        try (Engine engine = Engines.open(name); Executable executable = compile(engine, step)) {
            model.write(engine, executable, step);
            for (int i = 0; i < 2; i++) {
                executable.run();
                Evaluation expected = Interpreter.run(step, contents);
                compare("items of step " + i, executable.read("items"), expected.output("items"));
                compare("norm of step " + i, executable.read("norm"), expected.output("norm"));
                for (String buffer : List.of("parameters", "statistics", "ema", "moment0", "moment1")) {
                    if (step.hasInput(buffer)) {
                        float[] actual = engine.state().read(buffer);
                        compareSlots(buffer + " of step " + i, actual, expected.state(buffer));
                        contents.put(buffer, doubles(actual)); // an adaptive optimizer turns rounding into full steps
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void accumulatedGradientsAndTheirUpdateMatchTheInterpreter(String name) {
        Graph sum = model.training(DType.F32, null);
        Graph update = model.update(Rule.ADAMW);
        try (Engine engine = Engines.open(name)) {
            engine.reserve(List.of(Program.of(sum, engine.workspace()), Program.of(update, engine.workspace())));
            sumAndUse(engine, sum, update);
        }
        assertThat(wrong).isEmpty();
    }

    private void sumAndUse(Engine engine, Graph sum, Graph update) {
        Map<String, double[]> contents = model.contents();
        try (Executable summing = compile(engine, sum); Executable updating = compile(engine, update)) {
            model.write(engine, summing, sum);
            model.write(engine, updating, update);
            for (int i = 0; i < 2; i++) {
                summing.run();
                Evaluation expected = Interpreter.run(sum, contents);
                contents.put("gradients", expected.state("gradients"));
                contents.put("statistics", expected.state("statistics"));
                compareSlots("gradients", engine.state().read("gradients"), contents.get("gradients"));
            }
            updating.run();
            Evaluation expected = Interpreter.run(update, contents);
            for (String buffer : List.of("parameters", "ema", "moment0", "moment1")) {
                compareSlots(buffer, engine.state().read(buffer), expected.state(buffer));
            }
            assertThat(engine.state().read("gradients")).containsOnly(0);
        }
    }

    @ParameterizedTest
    @MethodSource(ENGINES)
    void inferenceMatchesTheInterpreter(String name) {
        Graph graph = model.inference(DType.F32);
        try (Engine engine = Engines.open(name); Executable executable = compile(engine, graph)) {
            model.write(engine, executable, graph);
            executable.run();
            Evaluation expected = Interpreter.run(graph, model.contents());
            compare("predictions", executable.read("predictions"), expected.output("predictions"));
            compare("items", executable.read("items"), expected.output("items"));
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource(HALF_PRECISIONS)
    void inferenceInHalfPrecisionErrsByItsRoundingOnly(String name, DType precision) {
        Graph graph = model.inference(precision);
        try (Engine engine = Engines.open(name); Executable executable = compile(engine, graph)) {
            model.write(engine, executable, graph);
            executable.run();
            Evaluation expected = Interpreter.run(graph, model.contents());
            for (String output : List.of("predictions", "items")) {
                assertThat(HALF.get(precision).exceeded(executable.read(output), expected.output(output))).as(output)
                        .isLessThan(1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(HALF_PRECISIONS)
    void gradientsInHalfPrecisionHaveTheSameDirection(String name, DType precision) {
        Graph graph = model.training(precision, null);
        try (Engine engine = Engines.open(name); Executable executable = compile(engine, graph)) {
            model.write(engine, executable, graph);
            executable.run();
            Evaluation expected = Interpreter.run(graph, model.contents());
            assertThat(HALF.get(precision).exceeded(executable.read("items"), expected.output("items"))).as("items")
                    .isLessThan(1);
            assertThat(cosine(engine.state().read("gradients"), expected.state("gradients")))
                    .isGreaterThan(HALF_COSINE.get(precision));
        }
    }

    private static Executable compile(Engine engine, Graph graph) {
        return engine.compile(Program.of(graph, engine.workspace()));
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private void compare(String what, float[] actual, double[] expected) {
        compare(what, actual, expected, 0);
    }

    private void compare(String what, float[] actual, double[] expected, double leastScale) {
        double exceeded = CLOSE.exceeded(actual, expected, Math.max(leastScale, Tolerance.largest(expected)));
        if (!(exceeded <= 1)) {
            wrong.add("%s: %.3g times further off than %s".formatted(what, exceeded, CLOSE));
        }
    }

    /// Compares each tensor with its own scale. The EMA buffer holds parameters, then statistics.
    private void compareSlots(String buffer, float[] actual, double[] expected) {
        StateLayout layout = model.layout();
        assertThat(actual).as(buffer).hasSize(expected.length);
        Map<String, StateLayout.Slot> slots = buffer.startsWith("statistics") ? layout.statistics()
                : layout.parameters();
        double leastScale = LEAST_SCALE * Tolerance.largest(expected);
        for (StateLayout.Slot slot : slots.values()) {
            if (slot.end() <= expected.length) {
                compare(buffer + ", " + slot.name(), Arrays.copyOfRange(actual, (int) slot.offset(), (int) slot.end()),
                        Arrays.copyOfRange(expected, (int) slot.offset(), (int) slot.end()), leastScale);
            }
        }
        if (buffer.startsWith("ema")) {
            int from = (int) layout.parameterCount();
            compare(buffer, Arrays.copyOfRange(actual, from, actual.length),
                    Arrays.copyOfRange(expected, from, expected.length));
        }
    }

    private static double cosine(float[] actual, double[] expected) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < expected.length; i++) {
            product += actual[i] * expected[i];
            left += (double) actual[i] * actual[i];
            right += expected[i] * expected[i];
        }
        return product / Math.sqrt(left * right);
    }
}
