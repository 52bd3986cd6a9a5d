package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.RandomNet;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.graph.testing.TrainingInputs;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Training with frozen rows: their normalizations use the running statistics and keep them.
class FrozenRowsTest {
    private static final Graph FORWARD = TinyModel.forward();

    private static Graph training(StateLayout layout, Recompute.Policy recompute) {
        return Pipeline.training(FORWARD, layout, TinyModel.LOSS, TinyModel.CAPACITY, DType.F32, Update.Rule.SGD,
                recompute);
    }

    private static StateLayout frozen(Set<String> names) {
        return StateLayout.of(FORWARD, names::contains);
    }

    private static List<String> names(Graph graph, Class<?> op) {
        return graph.nodes().stream().filter(node -> op.isInstance(node.op())).map(Node::name).toList();
    }

    @Test
    void normalizationsOfFrozenRowsAreFolded() {
        Graph graph = training(TinyModel.layoutWithFrozenFirstBlock(), Recompute.Policy.OFF);

        assertThat(names(graph, BnAct.Forward.class)).containsExactly("model.1.bn");
        assertThat(names(graph, FoldBatchNorm.class)).containsExactly("model.0.conv.folded");
    }

    @Test
    void aNormalizationWithATrainableParameterIsNotFolded() {
        for (String trainable : List.of("model.0.conv.weight", "model.0.bn.weight", "model.0.bn.bias")) {
            StateLayout layout = StateLayout.of(FORWARD, name -> name.startsWith("model.0.")
                    && !name.equals(trainable));
            assertThat(names(training(layout, Recompute.Policy.OFF), BnAct.Forward.class)).as(trainable)
                    .containsExactly("model.0.bn", "model.1.bn");
        }
        assertThat(names(training(frozen(Set.of()), Recompute.Policy.OFF), FoldBatchNorm.class)).isEmpty();
    }

    /// Row 1 is frozen, row 0 is trained through it.
    @Test
    void theGradientPassesThroughAFrozenRow() {
        StateLayout layout = frozen(Set.of("model.1.conv.weight", "model.1.bn.weight", "model.1.bn.bias"));
        Graph graph = training(layout, Recompute.Policy.OFF);

        assertThat(names(graph, Silu.Gradient.class)).containsExactly("model.1.conv.grad");
        assertThat(names(graph, Conv2d.WeightGrad.class)).containsExactlyInAnyOrder("model.0.conv.weight.grad",
                "head.box0.weight.grad", "head.cls0.weight.grad");
        assertThat(names(graph, BnAct.Gradient.class)).containsExactly("model.0.conv.grad");
    }

    @Test
    void statisticsOfFrozenRowsAreNotCopied() {
        Graph graph = training(TinyModel.layoutWithFrozenFirstBlock(), Recompute.Policy.OFF);
        Node pack = graph.output("statistics").producer();

        assertThat(pack.op()).isInstanceOf(Flat.Pack.class);
        assertThat(BufferAssignment.of(graph).isFree(pack)).isTrue();
    }

    /// The losses of a net whose blocks are all frozen are those of the inference graph with the same state.
    @Seeds(10)
    void frozenNormalizationsUseTheRunningStatisticsAndKeepThem(Seed seed) {
        RandomNet net = RandomNet.foldable(seed);
        StateLayout layout = StateLayout.of(net.forward(), name -> !name.startsWith("head."));
        Map<String, double[]> inputs = TrainingInputs.random(layout, net, seed);
        inputs.put("ema", concatenated(inputs.get("parameters"), inputs.get("statistics")));
        Graph graph = Pipeline.training(net.forward(), layout, net.loss(true), RandomNet.CAPACITY, DType.F32, null,
                Recompute.Policy.OFF);
        Evaluation step = Interpreter.run(graph, inputs);
        Evaluation inference = Interpreter.run(Pipeline.inference(net.forward(), layout, net.decode(),
                net.loss(false), RandomNet.CAPACITY, DType.F32), inputs);

        assertThat(names(graph, BnAct.class)).isEmpty();
        Vectors.assertClose(step.output("items"), inference.output("items"), 1e-9, "items");
        assertThat(step.state("statistics")).containsExactly(inputs.get("statistics"));
    }

    private static double[] concatenated(double[] first, double[] second) {
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
