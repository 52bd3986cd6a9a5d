package io.yolofit.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.RandomModel;
import io.yolofit.graph.testing.Nets;
import io.yolofit.graph.testing.TinyModel;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Invariants of passes; the graphs that they write are in [GoldenTest].
class PassTest {
    @Seeds(8)
    void flatStateGivesTheResultsOfSeparateTensors(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph forward = model.net().forward();
        Map<String, double[]> named = new HashMap<>(model.inputs());
        model.layout().parameters()
                .forEach((name, slot) -> named.put(name, part(model.inputs().get("parameters"), slot)));
        model.layout().statistics()
                .forEach((name, slot) -> named.put(name, part(model.inputs().get("statistics"), slot)));
        Evaluation separate = Interpreter.run(forward, named);
        Evaluation flat = Interpreter.run(FlattenState.training(model.layout()).run(forward), model.inputs());
        separate.outputs()
                .forEach((name, elements) -> assertThat(flat.output(name)).as(name).containsExactly(elements));
        model.layout().statistics().forEach((name, slot) ->
                assertThat(part(flat.state("statistics"), slot)).as(name).containsExactly(separate.state(name)));
    }

    private static double[] part(double[] flat, StateLayout.Slot slot) {
        return Arrays.copyOfRange(flat, (int) slot.offset(), (int) slot.end());
    }

    /// In fp64, where a cast is the identity.
    @Seeds(6)
    void precisionChangesTypesOnly(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Evaluation single = Interpreter.run(model.training(DType.F32, Update.Rule.SGD), model.inputs());
        Evaluation half = Interpreter.run(model.training(DType.F16, Update.Rule.SGD), model.inputs());
        single.outputs().forEach((name, elements) -> assertThat(half.output(name)).as(name).containsExactly(elements));
    }

    @Seeds(6)
    void halfPrecisionAppliesToActivationsAndConvolutionWeights(Seed seed) {
        RandomModel model = RandomModel.foldable(seed);
        for (Graph graph : List.of(model.training(DType.BF16, Update.Rule.ADAM), model.inference(DType.BF16, true))) {
            for (Node node : graph.nodes()) {
                boolean convolution = node.op() instanceof Conv2d;
                if (convolution || node.op() instanceof Pixels || node.op() instanceof FoldBatchNorm) {
                    assertThat(node.output(0).dtype()).as(node.toString())
                            .isEqualTo(node.output(0).role() == Role.GRADIENT ? DType.F32 : DType.BF16);
                }
            }
            for (Value value : graph.values()) {
                boolean picture = value.shape().rank() == 4 && value.role() == Role.ACTIVATION;
                assertThat(!picture || value.dtype() == DType.BF16).as(value.toString()).isTrue();
                assertThat(value.role() != Role.GRADIENT && value.role() != Role.OPTIMIZER
                        || value.dtype() == DType.F32)
                        .as(value.toString()).isTrue();
            }
        }
    }

    @Test
    void droppedOutputsDropTheirDependencies() {
        Graph forward = TinyModel.forward();
        Graph boxes = new DropOutputs(Nets.HEAD.box(0)::equals).run(forward);
        assertThat(boxes.outputs()).containsOnlyKeys(Nets.HEAD.box(0));
        assertThat(boxes.hasInput("head.cls0.weight")).isFalse();
        assertThat(boxes.hasInput("head.box0.weight")).isTrue();
        assertThat(boxes.nodes()).hasSize(forward.nodes().size() - 1);
    }

    @Test
    void keepingAllOutputsKeepsTheGraph() {
        Graph forward = TinyModel.forward();
        assertThat(new DropOutputs(name -> true).run(forward).nodes()).extracting(Node::name)
                .containsExactlyElementsOf(forward.nodes().stream().map(Node::name).toList());
        assertThat(new DropOutputs(name -> false).run(forward).values()).isEmpty();
    }

    @Test
    void passesDoNotChangeTheirSource() {
        Graph forward = TinyModel.forward();
        String before = forward.toString();
        Pipeline.training(forward, TinyModel.layout(), TinyModel.LOSS, TinyModel.CAPACITY, DType.BF16, Update.Rule.SGD,
                Recompute.Policy.OFF);
        Pipeline.inference(forward, TinyModel.layout(), TinyModel.DECODE, TinyModel.LOSS_ONLY, 3, DType.F16);
        assertThat(forward).hasToString(before);
    }

    @Test
    void lossRequiresTheOutputsOfTheHead() {
        Graph boxes = new DropOutputs(Nets.HEAD.box(0)::equals).run(TinyModel.forward());
        assertThatThrownBy(() -> new AttachLoss(TinyModel.LOSS, 3).run(boxes))
                .hasMessage("the graph has no output 'main.cls0'; it has [main.box0]");
        assertThatThrownBy(() -> new AttachDecode(TinyModel.DECODE).run(boxes))
                .hasMessage("the graph has no output 'main.cls0'; it has [main.box0]");
    }

    @Seeds(4)
    void updateConsumesAccumulatedGradientsAndResetsThemToZero(Seed seed) {
        RandomModel model = RandomModel.wild(seed);
        Graph graph = model.update(DType.F32, Update.Rule.SGD);
        assertThat(graph.outputs().keySet()).isEqualTo(Set.of("parameters", "ema", "updated0", "updated1", "norm"));
        Evaluation evaluation = Interpreter.run(graph, model.inputs());
        assertThat(evaluation.state("gradients")).containsOnly(0);
        double[] gradients = model.inputs().get("gradients");
        Vectors.assertClose(evaluation.output("norm")[0], Math.sqrt(Vectors.dot(gradients, gradients)), 1e-12, "norm");
    }
}
