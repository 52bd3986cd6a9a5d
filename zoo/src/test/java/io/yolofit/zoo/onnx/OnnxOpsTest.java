package io.yolofit.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.ModelException;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Silu;
import io.yolofit.zoo.weights.WeightsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxOpsTest {
    @Test
    void anOpThatInferenceGraphsDoNotContainIsNamed() {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.of(DType.F32, 1, 2, 2, 1), Role.INPUT);
        builder.output("dx", builder.emit(new Silu.Gradient(), "model.3.act", Role.GRADIENT, x, x).getFirst());
        Graph graph = builder.build();
        var onnx = new OnnxGraph(17);
        var ops = new OnnxOps(onnx, new Constants(graph, Map.of()), new OnnxLayout(onnx, "x", x.shape(), false), false);
        ops.define(x, "x");
        assertThatThrownBy(() -> ops.translate(graph.nodes().getFirst())).isInstanceOf(ModelException.class)
                .hasMessageContaining("silu.gradient").hasMessageContaining("model.3.act");
    }

    @Test
    void metadataOfOtherProgramsIsReadAndDamagedMetadataRefused() {
        Map<String, String> entries = new HashMap<>(Map.of("stride", "32", "batch", "1", "imgsz", "[320, 640]", "names",
                "{0: 'a', 1: 'b c'}", "task", "detect"));
        assertThat(OnnxMetadata.read(entries, "x.onnx"))
                .isEqualTo(new OnnxMetadata(List.of("a", "b c"), 32, 1, 320, 640, false, false, false));
        entries.put("names", "{1: 'a'}");
        assertRefused(entries, "names");
        entries.put("names", "{0: 'a'");
        assertRefused(entries, "names");
        entries.put("names", "{0: 'a'}");
        entries.put("imgsz", "640");
        assertRefused(entries, "imgsz");
        entries.remove("imgsz");
        assertRefused(entries, "no 'imgsz'");
    }

    private static void assertRefused(Map<String, String> entries, String message) {
        assertThatThrownBy(() -> OnnxMetadata.read(entries, "x.onnx")).isInstanceOf(WeightsException.class)
                .hasMessageContaining("x.onnx").hasMessageContaining(message);
    }

    @Test
    void operatorsOfOtherVersionsAreRefused() {
        assertThatThrownBy(() -> OnnxSettings.of(64, 64).withOpset(12)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 13 and 22");
    }
}
