package io.yolofit.zoo.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.architecture.ArchitectureCatalog.Sized;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.architecture.Scale;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Layouts;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HeadTest {
    private static final int CLASSES = 80;
    private static final String ROWS = """
            rows:
              - {block: Conv, out: 64, kernel: 3, stride: 8}
              - {block: Conv, out: 128, kernel: 3, stride: 2}
            """;

    private static Model model(String head) {
        return Model.of(new Sized(ArchitectureReader.read(ROWS + "  - " + head + "\n", "tiny.yaml"), Scale.whole()),
                CLASSES);
    }

    private static Map<String, String> shapes(Model model) {
        return model.state().stream().filter(value -> value.name().endsWith("weight")).collect(Collectors.toMap(
                Value::name, value -> java.util.Arrays.toString(Layouts.fileShape(value.shape()))));
    }

    @Test
    void plainHeadHasTheWidthsOfTheFirstInput() {
        assertThat(shapes(model("{block: Detect, from: [0, 1]}")))
                .containsEntry("model.2.cv2.1.0.conv.weight", "[64, 128, 3, 3]")
                .containsEntry("model.2.cv2.1.2.weight", "[64, 64, 1, 1]")
                .containsEntry("model.2.cv3.1.0.conv.weight", "[80, 128, 3, 3]")
                .containsEntry("model.2.cv3.1.2.weight", "[80, 80, 1, 1]");
    }

    @Test
    void endToEndHeadHasTwoBranchesOfSeparableClassConvolutions() {
        Model model = model("{block: v10Detect, from: [0, 1]}");
        assertThat(shapes(model)).containsEntry("model.2.cv3.1.0.0.conv.weight", "[128, 1, 3, 3]")
                .containsEntry("model.2.cv3.1.0.1.conv.weight", "[80, 128, 1, 1]")
                .containsEntry("model.2.one2one_cv2.0.2.weight", "[64, 64, 1, 1]")
                .containsEntry("model.2.one2one_cv3.0.1.1.conv.weight", "[80, 80, 1, 1]");
        HeadSpec head = model.head();
        assertThat(head.endToEnd()).isTrue();
        assertThat(head.branches()).extracting(HeadBranch::name).containsExactly("one2many", "one2one");
        assertThat(head.branches()).extracting(HeadBranch::assignment)
                .containsExactly(Assignment.ONE_TO_MANY, Assignment.ONE_TO_ONE);
        assertThat(head.branches()).extracting(HeadBranch::weight).containsExactly(
                new BranchWeight.Scheduled(StepScalar.ONE_TO_MANY), new BranchWeight.Scheduled(StepScalar.ONE_TO_ONE));
        assertThat(head.ramps()).isEqualTo(Map.of("model.2.dfl.conv.weight", 16));
    }

    @Test
    void headWithOneBinIsNarrowAndHasNoRamp() {
        Model fields = model("{block: Detect, from: [0, 1], end_to_end: true, bins: 1}");
        assertThat(shapes(fields)).containsEntry("model.2.cv2.0.0.conv.weight", "[16, 64, 3, 3]")
                .containsEntry("model.2.one2one_cv2.1.2.weight", "[4, 16, 1, 1]");
        assertThat(fields.head().ramps()).isEmpty();
        String foreign = "end2end: True\nreg_max: 1\n" + ROWS + "  - [[0, 1], 1, Detect, [nc]]\n";
        assertThat(Model.of(new Sized(ArchitectureReader.read(foreign, "tiny.yaml"), Scale.whole()), CLASSES).head())
                .isEqualTo(fields.head());
    }

    @Test
    void classConvolutionsAreSeparableInModelsOfNewerBlocks() {
        assertThat(shapes(model("{block: Detect, from: [0, 1], depthwise: true}")))
                .containsEntry("model.2.cv3.0.0.0.conv.weight", "[64, 1, 3, 3]")
                .doesNotContainKey("model.2.cv3.0.0.conv.weight");
    }

    @Test
    void dualHeadDividesItsRowsAndGroupsItsBoxConvolutions() {
        Model model = model("{block: DualDDetect, from: [0, 1, 1, 0]}");
        assertThat(shapes(model)).containsEntry("model.2.cv2.0.0.conv.weight", "[64, 64, 3, 3]")
                .containsEntry("model.2.cv4.0.0.conv.weight", "[64, 128, 3, 3]")
                .containsEntry("model.2.cv2.0.1.conv.weight", "[64, 16, 3, 3]")
                .containsEntry("model.2.cv4.1.2.weight", "[64, 16, 1, 1]")
                .containsEntry("model.2.cv3.0.0.conv.weight", "[128, 64, 3, 3]");
        HeadSpec head = model.head();
        assertThat(head.endToEnd()).isFalse();
        assertThat(head.branches()).extracting(HeadBranch::strides).containsExactly(List.of(8, 16), List.of(16, 8));
        assertThat(head.ramps()).isEqualTo(Map.of("model.2.dfl.conv.weight", 16, "model.2.dfl2.conv.weight", 16));
    }

    @Test
    void biasesOfAllBranchesEncodeThePrior() {
        Model model = model("{block: v10Detect, from: [0, 1]}");
        Map<String, float[]> weights = Initializer.of(model, 0);
        for (String branch : List.of("", "one2one_")) {
            assertThat(weights.get("model.2." + branch + "cv2.1.2.bias")).containsOnly(2);
            assertThat(weights.get("model.2." + branch + "cv3.1.2.bias"))
                    .containsOnly((float) Math.log(5.0 / CLASSES / (40 * 40)));
        }
    }

    @Test
    void reportedLossIsThatOfTheHeadsKind() {
        float[] items = {1, 2, 3, 10, 20, 30};
        assertThat(model("{block: v10Detect, from: [0, 1]}").head().report(items)).isEqualTo(
                Map.of(LossTerm.BOX, 10.0, LossTerm.CLASS, 20.0, LossTerm.DISTANCE, 30.0));
        HeadSpec dual = model("{block: DualDDetect, from: [0, 1]}").head();
        assertThat(dual.report(items)).isEqualTo(
                Map.of(LossTerm.BOX, 10.25, LossTerm.CLASS, 20.5, LossTerm.DISTANCE, 30.75));
        assertThat(dual.report(new float[] {4, 5, 6})).as("of the inference branch alone").isEqualTo(
                Map.of(LossTerm.BOX, 4.0, LossTerm.CLASS, 5.0, LossTerm.DISTANCE, 6.0));
        items[1] = Float.NaN;
        assertThat(model("{block: v10Detect, from: [0, 1]}").head().report(items).get(LossTerm.CLASS)).isNaN();
        assertThatThrownBy(() -> dual.report(new float[5])).hasMessage("5 loss items of 2 branches with 3 terms");
    }

    @Test
    void inferenceDropsBranchesForTraining() {
        for (String block : List.of("v10Detect", "DualDDetect")) {
            Model model = model("{block: " + block + ", from: [0, 1]}");
            HeadSpec head = model.head();
            Graph forward = model.forward(1, 64, 64);
            StateLayout layout = StateLayout.of(forward, name -> false);
            Graph training = Pipeline.training(forward, layout, head.trainingLosses(7.5, .5, 1.5), 4, DType.F16,
                    Update.Rule.SGD, Recompute.Policy.DEFAULT);
            assertThat(losses(training)).as(block).isEqualTo(2);
            assertThat(training.output("items").shape().count()).isEqualTo(6);
            Graph inference = Pipeline.inference(forward, layout, head.decode(), head.validationLosses(7.5, .5, 1.5),
                    4, DType.F16);
            assertThat(losses(inference)).as(block).isEqualTo(1);
            String dropped = "model.2." + head.branches().getFirst().members().boxes() + ".";
            assertThat(training.nodes()).anyMatch(node -> node.name().startsWith(dropped));
            assertThat(inference.nodes()).noneMatch(node -> node.name().startsWith(dropped));
            assertThat(forward.nodes().stream().filter(node -> node.op() instanceof Detach))
                    .hasSize(block.equals("v10Detect") ? 2 : 0);
        }
    }

    private static long losses(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof DetectionLoss).count();
    }
}
