package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.ElementType;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TorchFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static Path weights;

    @BeforeAll
    static void makeModel() throws IOException {
        project = new TinyProject(folder);
        weights = project.path("model.safetensors");
        Model model = Model.of(ArchitectureCatalog.find(project.path("tiny.yaml").toString()), 3);
        Map<String, String> metadata = ModelFile.metadata(model, List.of("circle", "square", "triangle"));
        metadata.put("yolofit.options", "imgsz: 96\n");
        SafetensorsFile.write(weights, StateWeights.write(model, Initializer.of(model, 3), metadata));
    }

    private static Ended export(String... words) {
        Ended ended = project.run(Stream.concat(Stream.of("export", "model=" + weights, "exist_ok=true"),
                Stream.of(words)).toArray(String[]::new));
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return ended;
    }

    private static JsonNode json(String... words) throws IOException {
        Ended ended = project.run(words);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return JSON.readTree(ended.out());
    }

    private static void assertRefused(String message, String... words) {
        Ended ended = project.run(words);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void valAndPredictOfAnOnnxFileGiveTheResultsOfTheModel() throws IOException {
        Path file = project.path("model.onnx");
        assertThat(export().out()).contains("as the model was trained: imgsz=96", "written to " + file, "opset 17",
                "images f32[1,3,96,96] to output0 f32[1,7,");
        Path open = project.path("open.onnx");
        assertThat(export("dynamic=true", "output=" + open).out())
                .contains("images f32[N,3,H,W] to output0 f32[N,7,anchors]");
        JsonNode expected = val(weights);
        for (Path exported : List.of(file, open)) {
            JsonNode actual = val(exported);
            for (String metric : List.of("mAP50", "mAP50To95", "precision", "recall")) {
                assertThat(actual.get("all").get(metric).asDouble()).as(metric)
                        .isCloseTo(expected.get("all").get(metric).asDouble(), within(1e-3));
            }
            assertThat(actual.get("loss").isNull()).isTrue();
        }
        assertSameDetections(predict(open), predict(weights));
        assertThat(predict(file).get("images")).hasSize(4);
    }

    private static JsonNode val(Path model) throws IOException {
        return json("val", "model=" + model, "data=" + project.data(), "json=true", "plots=false", "imgsz=96",
                "threads=1", "project=" + project.path("runs"));
    }

    private static JsonNode predict(Path model) throws IOException {
        return json("predict", "model=" + model, "source=" + project.path("shapes/images/val"), "json=true",
                "save=false", "conf=0.0001", "max_det=7", "threads=1");
    }

    private static void assertSameDetections(JsonNode actual, JsonNode expected) {
        assertThat(actual.get("images")).hasSameSizeAs(expected.get("images"));
        for (int image = 0; image < expected.get("images").size(); image++) {
            JsonNode found = actual.get("images").get(image).get("detections");
            JsonNode wanted = expected.get("images").get(image).get("detections");
            assertThat(found).hasSameSizeAs(wanted).isNotEmpty();
        }
    }

    @Test
    void anImageSizeOtherThanThatOfTheFileIsRefused() {
        Path file = project.path("fixed.onnx");
        export("imgsz=64,96", "output=" + file);
        assertRefused("is fixed at [64, 96]", "predict", "model=" + file, "imgsz=128", "source=x.jpg");
        assertRefused("val needs square images", "val", "model=" + file, "data=" + project.data());
        assertRefused("there is no file", "predict", "model=gone.onnx", "source=x.jpg");
    }

    @Test
    void tensorsAreWrittenForPyTorchAndAsSafetensors() {
        assertThat(export("format=pt").out()).contains("written to " + project.path("model.pt"), "fp32");
        ModelFile original = ModelFile.read(weights);
        assertThat(TorchFile.read(project.path("model.pt")).weights().tensors())
                .isEqualTo(original.weights().tensors());

        Path half = project.path("half.safetensors");
        Ended ended = export("format=safetensors", "half=true", "output=" + half, "dynamic=true", "batch=2");
        assertThat(ended.err()).contains("batch=, dynamic= have no effect with format=safetensors");
        assertThat(ModelFile.read(half).names()).isEqualTo(original.names());
        assertThat(SafetensorsFile.read(half).get("model.0.conv.weight").type()).isEqualTo(ElementType.F16);
    }

    @Test
    void filesAreNotOverwrittenUnlessAsked() {
        export("output=" + project.path("twice.onnx"));
        assertRefused("already exists", "export", "model=" + weights, "output=" + project.path("twice.onnx"));
        assertRefused("is the model itself", "export", "model=" + weights, "format=safetensors", "exist_ok=true");
        assertRefused("must end with .onnx", "export", "model=" + weights, "output=model.bin");
        assertRefused("has no weights", "export", "model=yolov8n");
        assertThat(export("conf=0.3", "output=" + project.path("plain.onnx")).err())
                .contains("conf= has no effect without nms=true");
    }
}
