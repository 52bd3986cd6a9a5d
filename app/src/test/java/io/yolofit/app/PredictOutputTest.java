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
import io.yolofit.zoo.weights.SafetensorsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sources, batches, image sizes and drawing options of `predict`, and the files of `val`.
class PredictOutputTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static Path weights;
    private static Path images;

    @BeforeAll
    static void createModel() throws IOException {
        project = new TinyProject(folder);
        weights = project.path("model.safetensors");
        images = project.path("shapes/images/val");
        Model model = Model.of(ArchitectureCatalog.find(project.path("tiny.yaml").toString()), 3);
        SafetensorsFile.write(weights, StateWeights.write(model, Initializer.of(model, 3),
                ModelFile.metadata(model, List.of("circle", "a/b", "триугольник"))));
    }

    private static Ended run(String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command, "model=" + weights, "imgsz=64", "threads=1",
                "project=" + project.path("runs")));
        words.addAll(List.of(more));
        return project.run(words.toArray(String[]::new));
    }

    private static Ended predict(String... more) {
        List<String> words = new ArrayList<>(List.of("conf=0.0001", "max_det=7"));
        words.addAll(List.of(more));
        return run("predict", words.toArray(String[]::new));
    }

    private static JsonNode json(Ended ended) throws IOException {
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return new ObjectMapper().readTree(ended.out());
    }

    @Test
    void aBatchGivesTheSameDetectionsAsSingleImages() throws IOException {
        JsonNode single = json(predict("source=" + images, "json=true", "save=false"));
        JsonNode batch = json(predict("source=" + images, "json=true", "save=false", "batch=3"));
        assertThat(batch.get("images")).hasSize(4);
        for (int i = 0; i < 4; i++) {
            JsonNode expected = single.get("images").get(i);
            JsonNode actual = batch.get("images").get(i);
            assertThat(actual.get("file")).isEqualTo(expected.get("file"));
            assertThat(actual.get("detections")).hasSameSizeAs(expected.get("detections")).isNotEmpty();
            for (int j = 0; j < expected.get("detections").size(); j++) {
                assertThat(actual.get("detections").get(j).get("x1").asDouble())
                        .isCloseTo(expected.get("detections").get(j).get("x1").asDouble(),
                                within(0.01));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"*.jpg|2", "*.png|2", "shapes_0000[01].*|2", "shapes_0000?.{jpg,png}|4",
        "../**/shapes_00001.png|2", "../../**/val/*.jpg|2", "../va*|4", "*0*|4"})
    void aPatternNamesTheImagesThatItMatches(String pattern, int count) throws IOException {
        JsonNode found = json(predict("source=" + images + "/" + pattern, "json=true", "save=false"));
        assertThat(found.get("images")).hasSize(count);
    }

    @Test
    void aFileWithTheNameOfAPatternTakesPrecedence() throws IOException {
        Path odd = Files.createDirectories(project.path("odd"));
        Files.copy(images.resolve("shapes_00000.jpg"), odd.resolve("a[1].jpg"));
        Files.copy(images.resolve("shapes_00000.jpg"), odd.resolve("a1.jpg"));
        Files.copy(images.resolve("shapes_00000.jpg"), odd.resolve(".a2.jpg"));
        assertThat(json(predict("source=" + odd + "/a[1].jpg", "json=true", "save=false")).at("/images/0/file")
                .asText()).endsWith("a[1].jpg");
        assertThat(json(predict("source=" + odd + "/*", "json=true", "save=false")).get("images")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            shapes/images/val/*.bmp | no file matches this pattern
            shapes/*.yaml           | 1 files match, but none is an image
            shapes/images/val/[a    | is not a valid pattern
            nowhere/*.jpg           | no file matches this pattern
            """)
    void aPatternWithoutImagesIsRefusedWithTheReason(String pattern, String message) {
        Ended ended = predict("source=" + project.path("x").getParent() + "/" + pattern);
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains(message).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"0", "rtsp://camera/1", "clip.mp4"})
    void camerasAndVideosAreRefusedWithTheReason(String source) {
        assertThat(predict("source=" + source).err()).contains("videos, cameras and URLs are not supported");
    }

    @Test
    void detectedObjectsAreSavedByClass() throws IOException {
        JsonNode found = json(predict("source=" + images.resolve("shapes_00001.png"), "json=true", "save=false",
                "save_crop=true", "name=crops"));
        JsonNode first = found.at("/images/0/detections/0");
        Path crops = project.path("runs/crops/crops");
        String name = first.get("name").asText().replace('/', '_');
        BufferedImage crop = ImageIO.read(crops.resolve(name).resolve("shapes_00001.jpg").toFile());
        assertThat(crop.getWidth()).isBetween(1, 65)
                .isCloseTo((int) Math.round(first.get("x2").asDouble() - first.get("x1").asDouble()),
                        within(2));
        try (Stream<Path> files = Files.walk(crops)) {
            assertThat(files.filter(Files::isRegularFile)).hasSameSizeAs(found.at("/images/0/detections"));
        }
        assertThat(project.path("runs/crops/shapes_00001.jpg")).doesNotExist();
    }

    @Test
    void drawingOptionsChangeTheAnnotatedImage() throws IOException {
        byte[] plain = annotated("plain", "show_boxes=false");
        byte[] standard = annotated("standard");
        byte[] wide = annotated("wide", "line_width=5");
        byte[] names = annotated("names", "show_conf=false");
        byte[] frames = annotated("frames", "show_labels=false");
        assertThat(List.of(plain, standard, wide, names, frames)).doesNotHaveDuplicates();
        assertThat(annotated("again", "line_width=none", "show_labels=true")).isEqualTo(standard);
    }

    private static byte[] annotated(String name, String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of("source=" + images.resolve("shapes_00001.png"), "name=" + name));
        words.addAll(List.of(options));
        assertThat(predict(words.toArray(String[]::new)).code()).isEqualTo(ExitCode.OK);
        return Files.readAllBytes(project.path("runs/" + name + "/shapes_00001.jpg"));
    }

    @Test
    void predictionUsesHeightAndWidth() throws IOException {
        JsonNode found = json(predict("source=" + images, "imgsz=64,96", "json=true", "save=false"));
        assertThat(found.get("imgsz").toString()).isEqualTo("[64,96]");
        JsonNode wide = json(predict("source=" + images, "imgsz=96", "json=true", "save=false"));
        JsonNode low = json(predict("source=" + images, "imgsz=64", "json=true", "save=false"));
        assertThat(boxes(found)).as("square images are limited by the height").isEqualTo(boxes(low));
        assertThat(boxes(found)).isNotEqualTo(boxes(wide));
    }

    private static List<String> boxes(JsonNode report) {
        var boxes = new ArrayList<String>();
        report.get("images").forEach(image -> boxes.add(image.get("detections").toString()));
        return boxes;
    }

    @Test
    void validationUsesTheLongerSideWithAWarning() {
        Ended ended = run("val", "data=" + project.data(), "imgsz=32,64", "plots=false", "single_cls=true");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.err()).contains("imgsz=32,64: val letterboxes images to a square of the longer side, 64");
    }

    @Test
    void saveJsonWritesThePredictionsOfJsonButPrintsTheTable() throws IOException {
        Ended text = run("val", "data=" + project.data(), "save_json=true", "plots=false", "name=text", "max_det=5",
                "single_cls=true", "conf=0.0001");
        assertThat(text.out()).contains("mAP50-95", "results are in");
        json(run("val", "data=" + project.data(), "json=true", "plots=false", "name=json", "max_det=5",
                "single_cls=true", "conf=0.0001"));
        assertThat(project.path("runs/text/predictions.json")).isNotEmptyFile()
                .hasSameTextualContentAs(project.path("runs/json/predictions.json"));
    }
}
