package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute.Policy;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Rematerialization is bit-identical to saving everything: an engine's steps are the same with and without it.
class RecomputeAgreementTest {
    /// The second step reads what the first one wrote: updated parameters, statistics and accumulated gradients.
    private static final int STEPS = 2;

    private static final Map<String, String> ROWS = Map.of("v8", AllBlocksModel.V8_ROWS,
            "elan", AllBlocksModel.ELAN_ROWS, "attention", AllBlocksModel.ATTENTION_ROWS,
            "area", AllBlocksModel.AREA_ROWS, "end to end", AllBlocksModel.END_TO_END_ROWS,
            "dual", AllBlocksModel.DUAL_ROWS);

    static Stream<Arguments> models() {
        return Engines.precisions().flatMap(engine -> ROWS.keySet().stream().sorted()
                .map(rows -> Arguments.of(engine.get()[0], engine.get()[1], rows)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void lossesStatisticsAndUpdatesAreBitIdentical(String engine, DType precision, String rows) {
        compare(new AllBlocksModel(new Seed(41), ROWS.get(rows)), engine, precision, Rule.SGD,
                List.of("items", "norm"), List.of("parameters", "statistics", "ema", "moment0"));
    }

    /// One type suffices: updates depend on the gradients in every type, and only the sums of two batches are new.
    static Stream<Arguments> accumulating() {
        return Engines.names().flatMap(engine -> ROWS.keySet().stream().sorted()
                .map(rows -> Arguments.of(engine, Engines.types(engine).getFirst(), rows)));
    }

    @ParameterizedTest
    @MethodSource("accumulating")
    void gradientsAreBitIdentical(String engine, DType precision, String rows) {
        compare(new AllBlocksModel(new Seed(41), ROWS.get(rows)), engine, precision, null, List.of("items"),
                List.of("gradients", "statistics"));
    }

    /// Compares both policies with one run that saves everything.
    private static void compare(AllBlocksModel model, String engine, DType precision, Rule rule, List<String> outputs,
            List<String> buffers) {
        Graph off = model.training(precision, rule, Policy.OFF);
        assertThat(off.nodes()).noneMatch(node -> node.name().endsWith(".recomputed"));
        Map<String, float[]> expected = steps(model, engine, off, outputs, buffers);
        for (Policy policy : List.of(Policy.DEFAULT, Policy.MAX)) {
            Graph on = model.training(precision, rule, policy);
            assertThat(on.nodes()).as("nodes").anyMatch(node -> node.name().endsWith(".recomputed"));
            steps(model, engine, on, outputs, buffers).forEach((name, values) ->
                    assertThat(values).as(policy + " " + name).isEqualTo(expected.get(name)));
        }
    }

    private static Map<String, float[]> steps(AllBlocksModel model, String name, Graph step, List<String> outputs,
            List<String> buffers) {
        Map<String, float[]> results = new LinkedHashMap<>();
        try (Engine engine = Engines.open(name);
                Executable executable = engine.compile(Program.of(step, engine.workspace()))) {
            model.write(engine, executable, step);
            for (int i = 0; i < STEPS; i++) {
                executable.run();
                for (String output : outputs) {
                    results.put(output + " of step " + i, executable.read(output));
                }
            }
            buffers.forEach(buffer -> results.put(buffer, engine.state().read(buffer)));
        }
        return results;
    }

    /// The fused gradient also equals the gradient op without recomputation, whatever the layout of its output.
    @ParameterizedTest
    @MethodSource("io.yolofit.engine.testing.Engines#precisions")
    void aGradientThatRecomputesTheNormalizationIsBitIdenticalToTheForwardPass(String name, DType type) {
        for (int i = 0; i < 40; i++) {
            Normalization normalization = new Normalization(new Seed(i), type);
            GraphBuilder builder = normalization.builder;
            Value y = normalization.operands.getFirst();
            Value da = builder.input("da", y.type(), Role.INPUT);
            List<Value> operands = List.of(da, y, normalization.operands.get(1), normalization.operands.get(2),
                    normalization.results.get(1), normalization.results.get(2));
            Activation activation = normalization.activation;
            List<Value> alone = builder.emit(new BnAct.Gradient(activation), "alone", Role.ACTIVATION, operands);
            List<Value> both = builder.emit(new BnAct.Gradient(activation, true), "both", Role.ACTIVATION, operands);
            List<Value> andSums = new ArrayList<>(operands);
            andSums.add(builder.input("sums", TensorType.of(DType.F32, BnHalf.exchanged(y.shape().channels())),
                    Role.INPUT));
            builder.output("half", builder.emit(new BnHalf.Gradient(activation, true), "half", Role.ACTIVATION,
                    andSums).get(BnHalf.Gradient.RECOMPUTED));
            alone.forEach(output -> builder.output(output.name(), output));
            both.forEach(output -> builder.output(output.name(), output));
            if (normalization.seed.chance(.3)) { // which then must not be overwritten
                builder.output("kept da", da);
                builder.output("kept y", y);
            }
            String what = "test.seed=" + i;
            Map<String, float[]> outputs = normalization.run(name);
            assertThat(outputs.get("both.recomputed")).as(what).isEqualTo(outputs.get("forward"));
            assertThat(outputs.get("half")).as(what).isEqualTo(outputs.get("forward"));
            for (String output : List.of("", ".gamma", ".beta")) {
                assertThat(outputs.get("both" + output)).as(what).isEqualTo(outputs.get("alone" + output));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.yolofit.engine.testing.Engines#precisions")
    void aRecomputedNormalizationIsBitIdenticalToTheForwardPass(String name, DType type) {
        for (int i = 0; i < 30; i++) {
            Normalization normalization = new Normalization(new Seed(i), type);
            List<Value> operands = normalization.operands;
            normalization.builder.output("recomputed", normalization.builder.emit(
                    new BnAct.Apply(normalization.activation), "recomputed", Role.ACTIVATION, operands.get(0),
                    operands.get(1), operands.get(2), normalization.results.get(1), normalization.results.get(2))
                    .getFirst());
            Map<String, float[]> outputs = normalization.run(name);
            assertThat(outputs.get("recomputed")).as("test.seed=" + i).isEqualTo(outputs.get("forward"));
        }
    }

    /// A graph with the normalization of a random tensor as the output `forward`; tests add nodes to it.
    private static final class Normalization {
        private final Seed seed;
        private final GraphBuilder builder = new GraphBuilder();
        private final Activation activation;
        private final List<Value> operands = new ArrayList<>();
        private final List<Value> results;

        Normalization(Seed seed, DType type) {
            this.seed = seed;
            long channels = seed.pick(1, 3, 8, 13, 33, 64);
            operands.add(builder.input("y", TensorType.of(type, seed.between(1, 2), seed.pick(1, 5, 12),
                    seed.pick(1, 7, 33), channels), Role.INPUT));
            for (String vector : List.of("gamma", "beta", "mean", "variance")) {
                operands.add(builder.input(vector, TensorType.of(DType.F32, channels), Role.INPUT));
            }
            activation = seed.pick(List.of(Activation.values()));
            results = builder.emit(new BnAct.Forward(activation, 1e-3, .03), "forward", Role.ACTIVATION, operands);
            builder.output("forward", results.getFirst());
        }

        /// All outputs, by name.
        Map<String, float[]> run(String name) {
            return Agreement.outputs(name, builder.build(), seed);
        }
    }
}
