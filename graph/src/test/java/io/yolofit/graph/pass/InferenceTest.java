package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferenceTest {
    @Seeds(15)
    void predictionsEqualTheForwardGraphWithRunningStatistics(Seed seed) {
        RandomModel model = RandomModel.foldable(seed);
        Graph inference = model.inference(DType.F32, true);
        assertThat(inference.nodes()).noneMatch(node -> node.op() instanceof BnAct);
        Evaluation evaluation = Interpreter.run(inference, model.inputs());

        Graph forward = new AttachLoss(model.net().loss(false), 6).run(new AttachDecode(model.net().decode())
                .run(FlattenState.average(model.layout()).run(model.net().forward())));
        Map<Value, double[]> values = withRunningStatistics(forward, model.inputs());
        Vectors.assertClose(evaluation.output("predictions"), values.get(forward.output("predictions")), 1e-9,
                "predictions");
        Vectors.assertClose(evaluation.output("items"), values.get(forward.output("items")), 1e-9, "items");
    }

    private static Map<Value, double[]> withRunningStatistics(Graph graph, Map<String, double[]> inputs) {
        Map<Value, double[]> values = new IdentityHashMap<>();
        graph.inputs().forEach(input -> values.put(input, inputs.get(input.name())));
        for (Node node : graph.nodes()) {
            List<double[]> operands = new ArrayList<>(node.inputs().stream().map(values::get).toList());
            List<double[]> results = node.op() instanceof BnAct.Forward norm ? List.of(normalize(norm, operands))
                    : Interpreter.evaluate(node, operands);
            for (int i = 0; i < results.size(); i++) {
                values.put(node.output(i), results.get(i));
            }
        }
        return values;
    }

    private static double[] normalize(BnAct.Forward norm, List<double[]> in) {
        double[] a = new double[in.get(0).length];
        for (int i = 0; i < a.length; i++) {
            int c = i % in.get(1).length;
            double z = in.get(1)[c] * (in.get(0)[i] - in.get(3)[c]) / Math.sqrt(in.get(4)[c] + norm.epsilon())
                    + in.get(2)[c];
            a[i] = norm.activation() == Activation.SILU ? z / (1 + Math.exp(-z)) : z;
        }
        return a;
    }

    @Test
    void withoutLossOnlyPredictionsRemain() {
        Graph graph = Pipeline.inference(TinyModel.forward(), TinyModel.layout(), TinyModel.DECODE, List.of(), 0,
                DType.F32);
        assertThat(graph.outputs()).containsOnlyKeys("predictions");
        assertThat(graph.inputs()).extracting(Value::name).containsExactlyInAnyOrder("ema", "images");
    }

    @Test
    void normalizationThatSharesItsConvolutionIsNotFolded() {
        Nets shared = new Nets();
        Value y = shared.conv("conv", shared.images(1, 8, 8), 4, 3, Window.of(1, 1));
        shared.head(0, shared.norm("norm", y, Activation.SILU), 1);
        shared.head(1, y, 1);
        assertNotFolded(shared.build());

        Nets pooled = new Nets();
        Value x = pooled.op("pool", new MaxPool.Forward(2, 2, 0), pooled.images(1, 8, 8));
        pooled.head(0, pooled.norm("norm", x, Activation.SILU), 1);
        assertNotFolded(pooled.build());

        Nets biased = new Nets();
        Value z = biased.biasedConv("conv", biased.images(1, 8, 8), 4, 3, Window.of(1, 1));
        biased.head(0, biased.norm("norm", z, Activation.SILU), 1);
        assertNotFolded(biased.build());
    }

    private static void assertNotFolded(Graph graph) {
        assertThatThrownBy(() -> FoldNormalization.all().run(graph)).isInstanceOf(IllegalStateException.class)
                .hasMessage("bnact.forward norm is not the only reader of a convolution without bias");
    }

    @Test
    void normalizationWithoutActivationIsFolded() {
        Nets nets = new Nets();
        Value y = nets.conv("conv", nets.images(1, 8, 8), 4, 3, Window.of(1, 1));
        nets.head(0, nets.norm("norm", y, Activation.IDENTITY), 1);
        Graph folded = FoldNormalization.all().run(nets.build());
        assertThat(folded.nodes()).extracting(node -> node.op().name())
                .containsExactly("pixels", "fold_batch_norm", "conv2d.forward", "conv2d.forward", "conv2d.forward");
    }

    @Test
    void convolutionWithoutNormalizationIsNotChanged() {
        Nets nets = new Nets();
        nets.head(0, nets.images(1, 8, 8), 1);
        Graph graph = nets.build();
        assertThat(FoldNormalization.all().run(graph).nodes()).extracting(Node::op)
                .containsExactlyElementsOf(graph.nodes().stream().map(Node::op).toList());
    }
}
