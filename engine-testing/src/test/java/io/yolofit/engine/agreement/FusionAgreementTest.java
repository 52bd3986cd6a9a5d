package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.recompute.Recompute.Policy;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Fused kernels are bit-identical to the separate ones.
class FusionAgreementTest {
    private static final int STEPS = 3;

    @ParameterizedTest
    @MethodSource("io.yolofit.engine.testing.Engines#precisions")
    void fusedStepsAreBitIdentical(String engine, DType precision) {
        AllBlocksModel model = new AllBlocksModel(new Seed(57));
        StepRecord steps = new StepRecord(model);
        Graph plain = model.plainTraining(precision, Rule.SGD);
        Map<String, float[]> expected = steps.run(() -> Engines.open(engine), plain, STEPS);
        for (Policy policy : List.of(Policy.OFF, Policy.DEFAULT)) {
            Graph fused = model.training(precision, Rule.SGD, policy);
            assertThat(count(fused, Add.class)).as("sums").isLessThan(count(plain, Add.class));
            assertThat(copies(fused)).as("copies").isPositive();
            assertThat(recomputing(fused)).as("gradients that recompute").matches(count -> count > 0
                    == (policy == Policy.DEFAULT));
            steps.run(() -> Engines.open(engine), fused, STEPS).forEach((name, values) ->
                    assertThat(values).as("%s with recompute %s", name, policy).isEqualTo(expected.get(name)));
        }
    }

    private static long copies(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op() instanceof BnAct.Result norm && !norm.copy().isNone()).count();
    }

    private static long recomputing(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op() instanceof BnAct.Gradient gradient && gradient.recompute()).count();
    }

    private static long count(Graph graph, Class<?> op) {
        return graph.nodes().stream().filter(node -> op.isInstance(node.op())).count();
    }

    @ParameterizedTest
    @MethodSource("io.yolofit.engine.testing.Engines#precisions")
    void fusedResidualsAndCopiesEqualSumsAndSlices(String name, DType type) {
        for (int i = 0; i < 30; i++) {
            Seed seed = new Seed(i);
            long channels = seed.pick(1, 3, 8, 13, 33, 64);
            TensorType tensor = TensorType.of(type, 2, seed.pick(1, 5, 12), seed.pick(1, 7, 33), channels);
            Activation activation = seed.pick(List.of(Activation.values()));
            int offset = seed.between(0, (int) channels - 1);
            BnAct.Copy copy = new BnAct.Copy(offset, channels - offset);
            GraphBuilder builder = new GraphBuilder();
            List<Value> operands = new ArrayList<>(List.of(builder.input("y", tensor, Role.INPUT)));
            for (String vector : List.of("gamma", "beta", "mean", "variance")) {
                operands.add(builder.input(vector, TensorType.of(DType.F32, channels), Role.INPUT));
            }
            Value residual = builder.input("residual", tensor, Role.INPUT);
            operands.add(residual);
            List<Value> forward = builder.emit(new BnAct.Forward(activation, 1e-3, .03, copy), "forward",
                    Role.ACTIVATION, operands);
            List<Value> again = new ArrayList<>(operands.subList(0, 3));
            again.addAll(forward.subList(1, 3));
            Value a = builder.emit(new BnAct.Apply(activation), "a", Role.ACTIVATION, again).getFirst();
            again.add(residual);
            List<Value> recomputed = builder.emit(new BnAct.Apply(activation, copy), "again", Role.ACTIVATION, again);
            Value sum = builder.emit(new Add(), "sum", Role.ACTIVATION, residual, a).getFirst();
            builder.output("sum", sum);
            builder.output("slice", builder.emit(new Slice.Forward(offset, channels - offset), "slice",
                    Role.ACTIVATION, sum).getFirst());
            for (List<Value> results : List.of(forward, recomputed)) {
                builder.output(results.getFirst().name(), results.getFirst());
                builder.output(results.getLast().name(), results.getLast());
            }
            check(name, builder.build(), seed, i);
        }
    }

    private static void check(String name, Graph graph, Seed seed, int number) {
        Map<String, float[]> outputs = Agreement.outputs(name, graph, seed);
        for (String result : List.of("forward", "again")) {
            String what = result + ", test.seed=" + number;
            assertThat(outputs.get(result)).as(what).isEqualTo(outputs.get("sum"));
            assertThat(outputs.get(result + ".copy")).as(what).isEqualTo(outputs.get("slice"));
        }
    }
}
