package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.head.HeadSpec;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Parameters, tensors and shapes of all models against the reference's table. `-Dyolofit.reference` names the folder
/// of the table; by default the copy in the test resources is read.
class ModelTableTest {
    private static final String TABLE = "model_table.json";
    private static final int CLASSES = 80;
    private static final int SIZE = 64;

    @TestFactory
    Stream<DynamicTest> modelsHaveTheReferencesCounts() throws IOException, URISyntaxException {
        Map<String, JsonNode> rows = new java.util.TreeMap<>();
        JsonMapper.builder().build().readTree(table().toFile()).properties().stream()
                .filter(entry -> ArchitectureCatalog.names().contains(entry.getKey()))
                .forEach(entry -> rows.put(entry.getKey(), entry.getValue()));
        assertThat(rows).hasSizeGreaterThanOrEqualTo(38); // all but yolov3-tiny and yolov6n
        return rows.entrySet().stream().map(row ->
                DynamicTest.dynamicTest(row.getKey(), () -> check(row.getKey(), row.getValue())));
    }

    private static Path table() throws URISyntaxException {
        String given = System.getProperty("yolofit.reference", "");
        if (given.isEmpty()) {
            return Path.of(ModelTableTest.class.getResource("/reference/" + TABLE).toURI());
        }
        Path folder = Path.of(given).toAbsolutePath();
        return Files.exists(folder.resolve(TABLE)) ? folder.resolve(TABLE) : folder.resolveSibling(TABLE);
    }

    private static void check(String name, JsonNode expected) {
        Model model = Model.of(ArchitectureCatalog.find(name), CLASSES);
        HeadSpec head = model.head();
        assertThat(model.name()).isEqualTo(name);
        assertThat(model.parameterCount() + ramps(model)).as("parameters, including bin weights")
                .isEqualTo(expected.get("params").asLong());
        assertThat(tensors(model)).as("tensors of a checkpoint").isEqualTo(expected.get("tensors").asInt());
        List<Integer> strides = StreamSupport.stream(expected.get("stride").spliterator(), false)
                .map(JsonNode::asInt).toList();
        assertThat(head.strides()).isEqualTo(strides);
        assertThat(foldedParameters(model) + ramps(model)).as("parameters with folded normalization")
                .isEqualTo(expected.get("fused_params").asLong());
    }

    /// A checkpoint also has the bin weights, and a batch counter for every normalization.
    private static long tensors(Model model) {
        long normalizations = model.state().stream().filter(value -> value.name().endsWith("running_mean")).count();
        return model.state().size() + normalizations + model.head().ramps().size();
    }

    private static long ramps(Model model) {
        return model.head().ramps().values().stream().mapToLong(Integer::longValue).sum();
    }

    private static long foldedParameters(Model model) {
        Graph forward = model.forward(1, SIZE, SIZE);
        Graph inference = Pipeline.inference(forward, StateLayout.of(forward, name -> false),
                model.head().decode(), List.of(), 0, DType.F32);
        return inference.nodes().stream().filter(node -> node.op() instanceof Conv2d.Forward)
                .mapToLong(ModelTableTest::weights).sum();
    }

    private static long weights(Node convolution) {
        if (convolution.input(1).producer().op() instanceof Reshape) { // a factor per channel
            return convolution.input(1).shape().count();
        }
        assertThat(convolution.inputs()).as("%s has a bias", convolution).hasSize(3);
        return convolution.input(1).shape().count() + convolution.input(2).shape().count();
    }
}
