package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Validation and prediction with an untrained model, whose many weak detections exercise every output.
class PredictAndValTest {
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
        SafetensorsFile.write(weights, StateWeights.write(model, Initializer.of(model, 3),
                ModelFile.metadata(model, List.of("circle", "square", "triangle"))));
    }

    private static Ended val(String... more) {
        return run(List.of("val", "model=" + weights, "data=" + project.data()), more);
    }

    private static Ended predict(String... more) {
        return run(List.of("predict", "model=" + weights, "conf=0.0001", "max_det=7"), more);
    }

    private static Ended run(List<String> first, String... more) {
        List<String> words = new ArrayList<>(first);
        words.addAll(List.of("imgsz=64", "threads=1", "project=" + project.path("runs")));
        words.addAll(List.of(more));
        return project.run(words.toArray(String[]::new));
    }

    private static JsonNode json(Ended ended) throws IOException {
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return JSON.readTree(ended.out());
    }

    private static void assertRefused(Ended ended, ExitCode code, String... message) {
        assertThat(ended.code()).as(ended.err()).isEqualTo(code);
        assertThat(ended.err()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void valReportsTheSplitAndWritesItsDetections() throws IOException {
        JsonNode report = json(val("json=true", "name=json", "save_txt=true", "save_conf=true", "max_det=9",
                "plots=false", "conf=0.0001"));
        long labels = Dataset.load(project.data()).val()
                .scan(ScanOptions.defaults().withCacheFolder(project.path("cache"))).instances();
        assertThat(report.get("images").asInt()).isEqualTo(4);
        assertThat(report.get("objects").asLong()).isEqualTo(labels);
        assertThat(report.get("all").get("mAP50").asDouble()).isBetween(0.0, 1.0);
        assertThat(report.get("speed").get("seconds").asDouble()).isPositive();
        JsonNode predictions = JSON.readTree(project.path("runs/json/predictions.json").toFile());
        assertThat(predictions).hasSize(4 * 9);
        JsonNode first = predictions.get(0);
        assertThat(first.get("image_id").asText()).isEqualTo("shapes_00000");
        assertThat(first.get("file_name").asText()).isEqualTo("shapes_00000.jpg");
        assertThat(first.get("category_id").asInt()).isBetween(1, 3);
        assertThat(first.get("bbox")).hasSize(4);
        List<String> rows = Files.readAllLines(project.path("runs/json/labels/shapes_00003.txt"));
        assertThat(rows).hasSize(9).allMatch(row -> row.split(" ").length == 6);
    }

    @Test
    void valSupportsClassesRectSingleClsAndHalf() throws IOException {
        JsonNode one = json(val("json=true", "classes=0", "name=classes", "plots=false"));
        assertThat(one.get("classes")).hasSize(1);
        JsonNode single = json(val("json=true", "single_cls=true", "name=single", "plots=false"));
        assertThat(single.get("classes")).hasSize(1);
        assertThat(single.get("classes").get(0).get("name").asText()).isEqualTo("item");
        Ended text = val("rect=true", "half=true", "cache=ram", "plots=false", "batch=3", "workers=0");
        assertThat(text.code()).as(text.err()).isEqualTo(ExitCode.OK);
        assertThat(text.out()).contains("class", "all", "ms per image").doesNotContain("results are in");
    }

    @Test
    void valDrawsItsPlots() {
        Ended ended = val("name=plots");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        for (String name : List.of("PR_curve.png", "F1_curve.png", "P_curve.png", "R_curve.png", "confusion_matrix.png",
                "confusion_matrix_normalized.png", "val_batch0_labels.jpg", "val_batch0_pred.jpg")) {
            assertThat(project.path("runs/plots/" + name)).isNotEmptyFile();
        }
    }

    @Test
    void valRefusesInvalidSplitsClassesAndModels() throws IOException {
        assertRefused(val("split=test"), ExitCode.USAGE, "has no split 'test'");
        assertRefused(val("classes=3"), ExitCode.USAGE, "class 3 does not exist");
        Path four = project.path("four.yaml");
        Files.writeString(four, Files.readString(project.data()).replace("path: .", "path: shapes") + "  3: star\n");
        assertRefused(run(List.of("val", "model=" + weights, "data=" + four)), ExitCode.USAGE, "has 3 classes", "has 4",
                "single_cls=true");
        assertRefused(run(List.of("val", "model=yolov8n", "data=" + four)), ExitCode.USAGE, "has no weights");
    }

    @Test
    void predictWritesJsonImagesAndLabelFiles() throws IOException {
        Path image = project.path("shapes/images/val/shapes_00001.png");
        JsonNode report = json(predict("source=" + image, "json=true", "name=one", "save_txt=true"));
        JsonNode found = report.get("images").get(0);
        assertThat(found.get("width").asInt()).isEqualTo(64);
        assertThat(found.get("detections")).hasSize(7);
        double before = 1;
        for (JsonNode one : found.get("detections")) {
            assertThat(one.get("confidence").asDouble()).isLessThanOrEqualTo(before);
            assertThat(one.get("x1").asDouble()).isBetween(0.0, one.get("x2").asDouble());
            assertThat(one.get("y2").asDouble()).isLessThanOrEqualTo(64);
            before = one.get("confidence").asDouble();
        }
        assertThat(project.path("runs/one/shapes_00001.jpg")).isNotEmptyFile();
        assertThat(Files.readAllLines(project.path("runs/one/labels/shapes_00001.txt"))).hasSize(7)
                .allMatch(row -> row.split(" ").length == 5);
    }

    @Test
    void predictKeepsOnlyTheRequestedClasses() throws IOException {
        JsonNode report = json(predict("source=" + project.path("shapes/images/val"), "json=true", "classes=[1]",
                "save=false", "agnostic_nms=true"));
        for (JsonNode image : report.get("images")) {
            assertThat(image.get("detections")).isNotEmpty();
            image.get("detections").forEach(one -> assertThat(one.get("number").asInt()).isEqualTo(1));
        }
        assertRefused(predict("source=" + folder, "classes=3"), ExitCode.USAGE, "no class 3", "0 to 2");
    }

    @Test
    void predictSkipsUnreadableImagesAndReportsThem() throws IOException {
        Path mixed = Files.createDirectories(project.path("mixed"));
        Files.copy(project.path("shapes/images/val/shapes_00000.jpg"), mixed.resolve("a.jpg"));
        Files.copy(project.path("shapes/images/val/shapes_00001.png"), mixed.resolve("a.png"));
        Files.writeString(mixed.resolve("broken.jpg"), "no image");
        Files.writeString(mixed.resolve("phone.heic"), "a format that is not read");
        Files.writeString(mixed.resolve("._a.jpg"), "a hidden file");
        Files.writeString(project.path("list.txt"), "mixed/a.jpg\nmixed/gone.jpg\n");
        Ended ended = predict("source=" + mixed, "json=true", "name=mixed");
        assertThat(ended.err()).contains("phone.heic: a .heic image, a format that is not read")
                .contains("._a.jpg: a hidden file");
        JsonNode report = json(ended);
        assertThat(report.get("images")).hasSize(2);
        assertThat(report.get("skipped")).hasSize(1);
        assertThat(project.path("runs/mixed/a.jpg.jpg")).isNotEmptyFile();
        assertThat(project.path("runs/mixed/a.png.jpg")).isNotEmptyFile();

        Ended list = predict("source=" + project.path("list.txt"), "save=false");
        assertThat(list.code()).isEqualTo(ExitCode.OK);
        assertThat(list.err()).contains("list.txt:2: the image mixed/gone.jpg does not exist", "image skipped");
        assertThat(list.out() + list.err()).contains("1 image, 1 skipped");
        assertRefused(predict("source=" + mixed.resolve("broken.jpg"), "save=false"), ExitCode.FAILURE,
                "none of the 1 images", "could be read");
    }

    @Test
    void predictionsDoNotDependOnTheBatch() throws IOException {
        JsonNode single = json(predict("source=" + project.path("shapes/images/val"), "json=true", "save=false"));
        for (String batch : List.of("3", "16")) {
            JsonNode batched = json(predict("source=" + project.path("shapes/images/val"), "json=true", "save=false",
                    "batch=" + batch));
            for (int i = 0; i < 4; i++) {
                assertThat(batched.get("images").get(i).get("file")).isEqualTo(single.get("images").get(i).get("file"));
                assertThat(batched.get("images").get(i).get("detections"))
                        .isEqualTo(single.get("images").get(i).get("detections"));
            }
        }
    }

    @Test
    void imagesWithTheSameNameHaveTheirOwnLabelFiles() throws IOException {
        for (String name : List.of("left", "right")) {
            Path images = Files.createDirectories(project.path("two/" + name));
            Files.copy(project.path("shapes/images/val/shapes_00000.jpg"), images.resolve("x.jpg"));
        }
        Ended ended = predict("source=" + project.path("two"), "save_txt=true", "name=two");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        for (String file : List.of("labels/left/x.txt", "labels/right/x.txt", "left/x.jpg", "right/x.jpg")) {
            assertThat(project.path("runs/two/" + file)).isNotEmptyFile();
        }
    }

    @Test
    void predictRefusesASourceWithoutImages() throws IOException {
        assertRefused(predict("source=" + project.path("nowhere")), ExitCode.USAGE, "no such file or folder");
        assertRefused(predict("source=" + project.path("tiny.yaml")), ExitCode.USAGE, "neither an image");
        Path empty = Files.createDirectories(project.path("empty"));
        assertRefused(predict("source=" + empty), ExitCode.USAGE, "has no image");
    }
}
