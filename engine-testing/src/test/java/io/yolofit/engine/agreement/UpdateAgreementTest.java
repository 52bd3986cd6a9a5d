package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.testkit.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The update alone, over several steps: with frozen parameters at the end, and with non-finite gradients.
class UpdateAgreementTest {
    private static final int STEPS = 6;
    private static final Tolerance CLOSE = new Tolerance(1e-5, 2e-6);

    private final AllBlocksModel model = new AllBlocksModel(new Seed(31));

    static Stream<Arguments> rules() {
        return Engines.with((Object[]) Rule.values());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void severalUpdatesMatchTheInterpreter(String name, Rule rule) {
        Graph update = model.update(rule);
        Map<String, double[]> contents = model.contents();
        if (rule != Rule.RMSPROP) { // RMSProp divides by its moment: if it starts at zero, by rounding only
            contents.put("moment0", new double[contents.get("moment0").length]);
            contents.put("moment1", new double[contents.get("moment1").length]);
        }
        Seed seed = new Seed(rule.ordinal());
        try (Engine engine = Engines.open(name);
                Executable executable = engine.compile(Program.of(update, engine.workspace()))) {
            model.write(engine, executable, update);
            contents.forEach((buffer, values) -> writeIfThere(engine.state(), buffer, values));
            for (int step = 1; step <= STEPS; step++) {
                double[] gradients = Elements.doubles(Elements.floats(seed.normal(model.layout().trainableCount())));
                double[] scalars = StateCases.scalars(seed);
                StepScalar.STEP.set(scalars, step);
                contents.put("gradients", gradients);
                contents.put("scalars", scalars);
                engine.state().write("gradients", 0, Elements.floats(gradients));
                executable.write("scalars", Elements.floats(scalars));
                executable.run();
                Evaluation expected = Interpreter.run(update, contents);
                for (String buffer : List.of("parameters", "ema", "moment0", "moment1", "gradients")) {
                    if (update.hasInput(buffer)) {
                        contents.put(buffer, expected.state(buffer));
                        assertThat(CLOSE.exceeded(engine.state().read(buffer), contents.get(buffer)))
                                .as("%s after step %d", buffer, step).isLessThanOrEqualTo(1);
                    }
                }
            }
            assertThat(engine.state().read("gradients")).containsOnly(0);
        }
    }

    static Stream<Arguments> badGradients() {
        return Engines.names().flatMap(name -> Stream.of(Arguments.of(name, Rule.SGD, Float.NaN),
                Arguments.of(name, Rule.ADAM, Float.POSITIVE_INFINITY),
                Arguments.of(name, Rule.ADAMW, Float.NEGATIVE_INFINITY),
                Arguments.of(name, Rule.RMSPROP, Float.NaN), Arguments.of(name, Rule.SGD, 3e38f)));
    }

    @ParameterizedTest
    @MethodSource("badGradients")
    void aNonFiniteGradientLeavesParametersAndMomentsUnchanged(String name, Rule rule, float bad) {
        Graph update = model.update(rule);
        try (Engine engine = Engines.open(name);
                Executable executable = engine.compile(Program.of(update, engine.workspace()))) {
            model.write(engine, executable, update);
            float[] gradients = Elements.floats(new Seed(1).normal(model.layout().trainableCount()));
            gradients[gradients.length - 1] = bad; // 3e38 is finite, but the norm of two of them is not
            gradients[0] = bad;
            engine.state().write("gradients", 0, gradients);
            executable.run();
            assertThat(executable.read("norm")[0]).matches(norm -> !Float.isFinite(norm), "not finite");
            for (String buffer : List.of("parameters", "moment0", "moment1")) {
                if (update.hasInput(buffer)) {
                    assertThat(engine.state().read(buffer)).as(buffer)
                            .isEqualTo(Elements.floats(model.contents().get(buffer)));
                }
            }
            assertThat(engine.state().read("gradients")).as("gradients, for the next accumulation").containsOnly(0);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void frozenParametersDoNotChangeAndTheirEmaFollowsThem(String name, Rule rule) {
        Graph update = model.update(rule);
        int trainable = (int) model.layout().trainableCount();
        int count = (int) model.layout().parameterCount();
        assertThat(count).as("parameters, the frozen ones included").isGreaterThan(trainable);
        try (Engine engine = Engines.open(name);
                Executable executable = engine.compile(Program.of(update, engine.workspace()))) {
            model.write(engine, executable, update);
            engine.state().write("ema", trainable, new float[count - trainable]);
            engine.state().write("gradients", 0, Elements.floats(new Seed(1).normal(trainable)));
            executable.run();
            float[] frozen = engine.state().read("parameters", trainable, count - trainable);
            for (int i = 0; i < frozen.length; i++) {
                assertThat(frozen[i]).isEqualTo((float) model.contents().get("parameters")[trainable + i]);
            }
            double share = 1 - StepScalar.EMA_DECAY.in(model.contents().get("scalars"));
            float[] average = engine.state().read("ema", trainable, count - trainable);
            for (int i = 0; i < frozen.length; i++) {
                assertThat((double) average[i]).isCloseTo(share * frozen[i], within(1e-6));
            }
            float[] before = Elements.floats(model.contents().get("parameters"));
            assertThat(engine.state().read("parameters", 0, trainable)).isNotEqualTo(Arrays.copyOf(before, trainable));
        }
    }

    private static void writeIfThere(State state, String name, double[] values) {
        if (state.has(name)) {
            state.write(name, 0, Elements.floats(values));
        }
    }
}
