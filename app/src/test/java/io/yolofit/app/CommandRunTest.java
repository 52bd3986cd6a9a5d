package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands in sequence, as a user runs them.
class CommandRunTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static Ended trained;

    @BeforeAll
    static void trainOnce() throws IOException {
        project = new TinyProject(folder);
        trained = project.train("epochs=2", "plots=true");
    }

    private static Path weights(String name) {
        return project.path("runs/train/weights/" + name);
    }

    private static JsonNode json(Ended ended) throws IOException {
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        return JsonMapper.builder().build().readTree(ended.out());
    }

    @Test
    void trainingWritesTheCustomaryRunFolder() throws IOException {
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
        Path run = project.path("runs/train");
        for (String name : List.of("args.yaml", "results.csv", "results.png", "PR_curve.png", "F1_curve.png",
                "P_curve.png", "R_curve.png", "confusion_matrix.png", "confusion_matrix_normalized.png", "labels.png",
                "train_batch0.jpg", "val_batch0_labels.jpg", "val_batch0_pred.jpg", "weights/best.safetensors",
                "weights/last.safetensors")) {
            assertThat(run.resolve(name)).isNotEmptyFile();
        }
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

    @Test
    void validationPrintsOneJsonDocument() throws IOException {
        JsonNode result = json(project.run("val", "model=" + weights("best.safetensors"), "data=" + project.data(),
                "imgsz=64", "json=true", "plots=false", "workers=1", "project=" + project.path("runs")));
        assertThat(result.toString()).contains("mAP50");
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
        Ended plan = project.run("plan", "model=yolov8n", "imgsz=128", "batch=2", "json=true");
        assertThat(json(plan).toString()).contains("parameters", "gradients", "optimizer", "EMA", "activations",
                "activation gradients", "input", "workspace");
        assertThat(project.run("plan", "model=yolov8n", "imgsz=128", "batch=2").out()).contains("The peak is in",
                "Largest tensors at the peak", "lower bound");
    }

    @Test
    void importedWeightsAreAModel() {
        Ended info = project.run("info", "model=" + weights("best.safetensors"), "imgsz=64");
        assertThat(info.code()).as(info.err()).isEqualTo(ExitCode.OK);
        assertThat(info.out()).contains("SPPF", "Detect");
    }

    @Test
    void anImageSizeIsRoundedUpWithAWarning() {
        Ended rounded = project.train("imgsz=60", "name=rounded");
        assertThat(rounded.code()).as(rounded.err()).isEqualTo(ExitCode.OK);
        assertThat(rounded.out() + rounded.err()).contains("60", "64", "stride");
    }
}
