package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.Graph;
import io.yolofit.graph.ModelException;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.architecture.Scale;
import io.yolofit.zoo.head.HeadSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {
    /// A file in the form of YOLOv9's authors.
    @Test
    void keysOfOtherToolsAreUnderstood() {
        String text = """
                nc: 80
                depth_multiple: 1.0
                width_multiple: 0.5
                anchors: 3
                ch: 3
                activation: nn.LeakyReLU(0.1)
                backbone:
                  [[-1, 1, Silence, []], [-1, 1, Conv, [32, 3, 2]], [-1, 1, RepNCSPELAN4, [32, 16, 8, 1]],
                   [-1, 1, DWConv, [32, 3, 2]]]
                head:
                  [[[3], 1, DDetect, [nc]]]
                """;
        Architecture architecture = ArchitectureReader.read(text, "gelan.yaml");
        Model model = Model.of(new ArchitectureCatalog.Sized(architecture, architecture.scale("")), 2);
        String graph = model.forward(1, 64, 64).toString();
        assertThat(graph).contains("bnact.forward[activation=LEAKY_RELU").contains("silu.forward")
                .doesNotContain("activation=SILU");
        assertThat(model.head().strides()).containsExactly(4);
    }

    @Test
    void forwardGraphHasTheLogitsOfAllLevels() {
        Graph graph = Models.small(7).forward(2, 96, 160);
        assertThat(graph.input("images").type()).hasToString("u8[2,96,160,3]");
        assertThat(graph.outputs().keySet()).containsExactly("main.box0", "main.cls0", "main.box1",
                "main.cls1", "main.box2", "main.cls2");
        assertThat(graph.output("main.box0").shape()).isEqualTo(Shape.of(2, 12, 20, 64));
        assertThat(graph.output("main.cls2").shape()).isEqualTo(Shape.of(2, 3, 5, 7));
    }

    @ParameterizedTest
    @CsvSource({"yolov8n,100,64,32,imgsz=128", "yolov8n,64,100,32,imgsz=128", "yolov8n,0,64,32,imgsz=64",
        "yolov8n,-32,-32,32,imgsz=32", "yolov8n-p6,96,96,64,imgsz=128", "yolov5n,31,31,32,imgsz=32"})
    void imageSizesAreMultiplesOfTheDeepestStride(String name, int height, int width, int stride, String wayOut) {
        Model model = Model.of(ArchitectureCatalog.find(name), 80);
        assertThatThrownBy(() -> model.forward(1, height, width)).isInstanceOf(ModelException.class)
                .hasMessageStartingWith(name + ": images of " + height + "x" + width)
                .hasMessageContaining("stride " + stride).hasMessageContaining("fix use " + wayOut);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1"})
    void batchHasAtLeastOneImage(int images) {
        Model model = Models.small();
        assertThatThrownBy(() -> model.forward(images, 64, 64)).isInstanceOf(ModelException.class)
                .hasMessageContaining("a batch of " + images + " images").hasMessageContaining("fix use batch=1");
    }

    @Test
    void detectorHasAtLeastOneClass() {
        assertThatThrownBy(() -> Models.small(0)).isInstanceOf(ArchitectureException.class)
                .hasMessage("yolov8n: a detector needs at least one class, not 0");
    }

    @Test
    void stateHasTheNamesAndShapesOfEveryGraph() {
        Model model = Models.small();
        for (Graph graph : List.of(model.forward(1, 32, 32), model.forward(3, 64, 320))) {
            assertThat(graph.inputs().stream().filter(input -> !input.name().equals("images")).map(ModelTest::typed))
                    .containsExactlyElementsOf(model.state().stream().map(ModelTest::typed).toList());
        }
        assertThat(model.state().stream().map(Value::name)).doesNotHaveDuplicates()
                .startsWith("model.0.conv.weight", "model.0.bn.weight", "model.0.bn.bias", "model.0.bn.running_mean",
                        "model.0.bn.running_var")
                .contains("model.2.m.0.cv2.bn.weight", "model.22.cv3.2.2.bias").endsWith("model.22.cv3.2.2.bias");
    }

    private static String typed(Value value) {
        return value.name() + value.type() + value.role();
    }

    /// The reference's GFLOPs at 640 pixels; ours include normalization and activation.
    @ParameterizedTest
    @CsvSource({"yolov8n,8.7", "yolov8s,28.5", "yolov8m,78.8", "yolov8l,165.0", "yolov8x,257.7", "yolov5n,7.7",
        "yolov5s,24.0"})
    void summariesOfLayersAddUpToTheModel(String name, double expected) {
        Model model = Model.of(ArchitectureCatalog.find(name), 80);
        List<LayerSummary> layers = model.summary(640);
        assertThat(layers).hasSize(model.architecture().layers().size());
        assertThat(layers.stream().mapToLong(LayerSummary::parameters).sum()).isEqualTo(model.parameterCount());
        assertThat(layers.stream().mapToDouble(LayerSummary::flops).sum() / 1e9).isCloseTo(expected,
                within(.04 * expected));
    }

    @Test
    void summariesGiveTheOutputOfEachLayer() {
        List<LayerSummary> layers = Model.of(ArchitectureCatalog.find("yolov8s"), 80).summary(64);
        assertThat(layers.get(0).output()).isEqualTo(Shape.of(1, 32, 32, 32));
        assertThat(layers.get(0).parameters()).isEqualTo(32 * 3 * 9 + 64);
        assertThat(layers.get(4).repeats()).isEqualTo(2);
        assertThat(layers.get(4).output()).isEqualTo(Shape.of(1, 8, 8, 128));
        assertThat(layers.get(10).output()).isEqualTo(Shape.of(1, 4, 4, 512));
        assertThat(layers.get(10).parameters()).isZero();
        assertThat(layers.get(11).layer().from()).containsExactly(10, 6);
        assertThat(layers.get(22).output()).isEqualTo(Shape.of(1, 8, 8, 64));
    }

    /// Levels of the head by resolution: a detector may use fewer levels than its backbone has, or more.
    @ParameterizedTest
    @CsvSource({"'3,4',5,32", "'2,3',5,32", "'3,4,5',6,64", "'2,3,4,5',5,32", "'2,3',4,32", "'3',7,128", "'2',2,32"})
    void strideIsThatOfTheDeepestLayerAndAtLeast32(String levels, int depth, int expected) {
        Model model = Model.of(pyramid(levels, depth), 2);
        int deepest = 1 << depth;
        assertThat(model.stride()).isEqualTo(expected);
        assertThat(model.head().strides()).containsExactlyElementsOf(Arrays.stream(levels.split(","))
                .map(level -> 1 << Integer.parseInt(level)).toList());
        assertThat(model.forward(1, model.stride(), model.stride()).outputs()).hasSize(2 * levels.split(",").length);
        assertThatThrownBy(() -> model.forward(1, deepest / 2, deepest)).isInstanceOf(ModelException.class)
                .hasMessageContaining("do not divide by the stride " + deepest)
                .hasMessageContaining("fix use imgsz=" + expected);
    }

    /// A backbone down to stride 2^depth, back up to every level by upsampling, and a head at some levels.
    private static ArchitectureCatalog.Sized pyramid(String levels, int depth) {
        StringBuilder text = new StringBuilder("rows:\n");
        for (int i = 0; i < depth; i++) {
            text.append("  - {block: Conv, out: 8, kernel: 3, stride: 2}\n");
        }
        int last = depth - 1;
        int[] at = new int[depth + 1];
        at[depth] = last;
        for (int level = depth - 1; level > 0; level--) {
            text.append("  - {block: Upsample}\n  - {block: Concat, from: [-1, ").append(level - 1).append("]}\n");
            last += 2;
            at[level] = last;
        }
        String from = Arrays.stream(levels.split(",")).map(level -> "" + at[Integer.parseInt(level)])
                .collect(Collectors.joining(", "));
        text.append("  - {block: Detect, from: [").append(from).append("]}\n");
        return new ArchitectureCatalog.Sized(ArchitectureReader.read(text.toString(), "pyramid.yaml"), Scale.whole());
    }

    @Test
    void layersThatTheHeadDoesNotReachAreUnused() {
        assertThat(Models.small().unusedLayers()).isEmpty();
        assertThat(Model.of(pyramid("4", 5), 1).unusedLayers()).as("the way up to finer levels")
                .containsExactly(7, 8, 9, 10, 11, 12);
        assertThat(Model.of(pyramid("5", 5), 1).head().strides()).containsExactly(32);
    }

    @Test
    void descriptionIsOneLine() {
        assertThat(Models.small(80).description(640))
                .matches("yolov8n, scale n, 23 layers, 3,157,184 parameters, \\d\\.\\d GFLOPs at 640 px");
        assertThat(Model.of(ArchitectureCatalog.find("yolov8"), 80).title())
                .isEqualTo("yolov8n, scale n (the first, as none is named)");
        assertThat(Model.of(pyramid("3", 5), 1).title()).isEqualTo("pyramid.yaml");
    }

    @Test
    void headCountsItsAnchors() {
        HeadSpec head = Models.small().head();
        assertThat(head.anchors(640, 640)).isEqualTo(8400);
        assertThat(head.anchors(64, 32)).isEqualTo(32 + 8 + 2);
        assertThat(head.path()).isEqualTo("model.22");
    }
}
