package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The commands in sequence, as a user runs them.
class CommandRunTest {
    /// Refuses anything that follows the first document.
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static Ended trained;

    @BeforeAll
    static void trainOnce() throws IOException {
        project = new TinyProject(folder);
        trained = project.train("epochs=2", "plots=true", "amp=false", "workers=0"); // all loading is waiting
    }

    private static Path weights(String name) {
        return project.path("runs/train/weights/" + name);
    }

    private static JsonNode json(Ended ended) throws IOException {
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return MAPPER.readTree(ended.out());
    }

    @Test
    void trainingWritesTheCustomaryRunFolder() throws IOException {
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
        Path run = project.path("runs/train");
        for (String name : List.of("args.yaml", "plan.svg", "frontier.svg",
                "results.csv", "resources.csv", "results.png", "PR_curve.png", "F1_curve.png",
                "P_curve.png", "R_curve.png", "confusion_matrix.png", "confusion_matrix_normalized.png", "labels.png",
                "train_batch0.jpg", "val_batch0_labels.jpg", "val_batch0_pred.jpg", "weights/best.safetensors",
                "weights/last.safetensors")) {
            assertThat(run.resolve(name)).isNotEmptyFile();
        }
        JsonNode host = JsonMapper.builder().build().readTree(run.resolve("memory.json").toFile()).get("host");
        if (OS.LINUX.isCurrentOs()) {
            assertThat(host.get("heap").asLong() + host.get("code").asLong() + host.get("libraries").asLong()
                    + host.get("allocated").asLong() + host.get("other").asLong())
                    .isEqualTo(host.get("resident").asLong()).isPositive();
            assertThat(host.get("images").asLong()).as("decoded images").isPositive();
        }
        List<String> resources = Files.readAllLines(run.resolve("resources.csv"));
        assertThat(Double.parseDouble(resources.getLast().split(",")[2])).as("share of waiting").isPositive();
        assertThat(resources).hasSize(3).last().asString()
                .matches("2,(data-bound|balanced|device-bound),0\\.\\d{4},[0-9.]+,[0-9.]+,\\d+,\\d+,\\d+,\\d+");
        assertThat(trained.out()).containsPattern("Data loading: the run was .* of the training time waited for");
        List<String> results = Files.readAllLines(run.resolve("results.csv"));
        assertThat(results).hasSize(3);
        assertThat(results.getFirst()).startsWith("epoch,time,train/box_loss");
        assertThat(trained.out()).contains("mAP50-95", "circle", "square");
    }

    @Test
    void resumingAFinishedRunReportsThatItIsFinished() {
        Ended repeated = project.run("train", "resume=" + weights("last.safetensors"));
        assertThat(repeated.code()).isEqualTo(ExitCode.OK);
        assertThat(repeated.out()).contains("is finished: 2 of 2 epochs are trained");
    }

    @Test
    void aResumedRunContinuesInItsFolder() throws IOException {
        assertThat(project.train("epochs=1", "name=longer").code()).isEqualTo(ExitCode.OK);
        Path last = project.path("runs/longer/weights/last.safetensors");
        Ended resumed = project.run("train", "resume=" + last, "epochs=3");
        assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
        assertThat(Files.readAllLines(project.path("runs/longer/results.csv"))).hasSize(4);
    }

    /// The best weights, validated once more, have the losses and metrics that the run wrote down for their epoch.
    @Test
    void validationPrintsOneJsonDocument() throws IOException {
        JsonNode report = json(project.run("val", "model=" + weights("best.safetensors"), "data=" + project.data(),
                "imgsz=64", "batch=8", "json=true", "plots=false", "workers=1", "threads=1",
                "project=" + project.path("runs")));
        assertThat(report.get("classes")).extracting(one -> one.get("name").asText())
                .isSubsetOf("circle", "square", "triangle").isNotEmpty();
        List<String> results = Files.readAllLines(project.path("runs/train/results.csv"));
        List<String> columns = List.of(results.getFirst().split(","));
        Map<String, String> figures = Map.of("val/box_loss", "/loss/box", "val/cls_loss", "/loss/cls",
                "val/dfl_loss", "/loss/dfl", "metrics/mAP50(B)", "/all/mAP50", "metrics/mAP50-95(B)",
                "/all/mAP50To95");
        assertThat(results.subList(1, results.size())).anySatisfy(epoch -> figures.forEach((column, pointer) -> {
            double written = Double.parseDouble(epoch.split(",")[columns.indexOf(column)]);
            assertThat(report.at(pointer).isNumber()).as(pointer).isTrue();
            assertThat(report.at(pointer).asDouble()).as(column).isCloseTo(written, within(1e-5 * written));
        }));
    }

    /// `plan` and the run of the same options report the same memory.
    @Test
    void theArenaOfTheRunEqualsThePlan() throws IOException {
        JsonNode plan = json(project.run("plan", "model=" + project.path("tiny.yaml"), "data=" + project.data(),
                "imgsz=64", "batch=4", "amp=false", "json=true", "device=cpu"));
        JsonNode ran = MAPPER.readTree(project.path("runs/train/memory.json").toFile()).get("planned");
        assertThat(ran.get("arena").asLong()).isEqualTo(plan.get("arena").asLong());
        assertThat(ran.get("roles")).isEqualTo(plan.get("roles"));
        assertThat(ran.get("programs")).isEqualTo(plan.get("programs"));
    }

    @Test
    void predictionWritesImagesAndJson() throws IOException {
        Path images;
        try (Stream<Path> files = Files.walk(project.path("shapes"))) {
            images = files.filter(file -> file.toString().matches(".*val.*\\.(png|jpg)")).findFirst().orElseThrow()
                    .getParent();
        }
        JsonNode result = json(project.run("predict", "model=" + weights("best.safetensors"), "source=" + images,
                "imgsz=64", "conf=0.001", "json=true", "name=found", "project=" + project.path("runs")));
        assertThat(result.get("images")).hasSize(4);
        assertThat(project.path("runs/found")).isDirectoryContaining(file -> file.toString().endsWith(".jpg")
                || file.toString().endsWith(".png"));
    }

    @Test
    void planReportsEveryRoleInBytes() throws IOException {
        JsonNode plan = json(project.run("plan", "model=yolov8n", "imgsz=128", "batch=2", "json=true", "device=0"));
        assertThat(plan.get("roles")).extracting(role -> role.get("role").asText()).containsExactlyInAnyOrder(
                "parameters", "gradients", "optimizer", "EMA", "batch statistics", "input", "targets", "activations",
                "activation gradients", "workspace");
        assertThat(plan.get("roles")).allSatisfy(role -> assertThat(role.get("bytes").asLong())
                .as(role.get("role").asText()).isPositive().isGreaterThanOrEqualTo(role.get("atPeak").asLong()));
        assertThat(project.run("plan", "model=yolov8n", "imgsz=128", "batch=2").out()).contains("The peak is in",
                "Largest tensors at the peak", "lower bound");
    }

    @Test
    void trainedWeightsAreAModelWithItsLayers() {
        Ended info = project.run("info", "model=" + weights("best.safetensors"), "imgsz=64");
        assertThat(info.code()).as(info.err()).isEqualTo(ExitCode.OK);
        assertThat(info.out()).contains("tiny, 64 px, 3 classes: 8 layers").containsPattern("6 +5 +1 +[\\d,]+ +SPPF ")
                .containsPattern("7 +4, 6 .* Detect ");
    }

    @Test
    void anImageSizeIsRoundedUpWithAWarning() throws IOException {
        Ended rounded = project.train("imgsz=60", "name=rounded");
        assertThat(rounded.code()).as(rounded.err()).isEqualTo(ExitCode.OK);
        assertThat(rounded.err()).containsPattern("imgsz=60 .*\\bstride \\d+ .*\\b64\\b");
        assertThat(MAPPER.readTree(project.path("runs/rounded/memory.json").toFile()).at("/planned/run").asText())
                .contains("tiny, 64 px");
    }
}
