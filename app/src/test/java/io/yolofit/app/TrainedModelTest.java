package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that use a trained model: the options of its training are defaults, and its weights are checked.
class TrainedModelTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static Ended trained;
    private static Path best;

    @BeforeAll
    static void train() throws IOException {
        project = new TinyProject(folder);
        trained = project.train("imgsz=60", "classes=[1]", "lr0=0.02", "momentum=0.5");
        best = project.path("runs/train/weights/best.safetensors");
    }

    @Test
    void aTrainingExplainsItsAutomaticChoicesAndKeepsGivenValues() throws IOException {
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
        assertThat(trained.out()).contains("optimizer: AdamW, lr0 0.02, momentum 0.5, warmup_bias_lr 0.0",
                "optimizer=AdamW (auto: 1 iteration of 64 images",
                "lr0=0.02 (as given", "warmup_bias_lr=0.0 (optimizer=auto)");
        assertThat(Files.readString(project.path("runs/train/args.yaml"))).contains("optimizer: AdamW # auto: ",
                "lr0: 0.02 # as given", "momentum: 0.5 # as given", "warmup_bias_lr: 0.0 # optimizer=auto\n",
                "imgsz: 64 # 60 rounded up to a multiple of the stride 32\n", "classes: [1]\n");
    }

    @Test
    void onlyTheClassesOfTheFilterAreTrainedAndValidated() {
        assertThat(trained.out()).contains("square").doesNotContain("circle").doesNotContain("triangle");
    }

    @Test
    void valUsesTheOptionsOfTheTraining() {
        Ended ended = project.run("val", "model=" + best, "plots=false", "threads=1");

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.out()).contains("as the model was trained: imgsz=64, data=" + project.data() + ", classes=[1]",
                "square").doesNotContain("circle");
    }

    @Test
    void infoShowsShapesAtTheSizeOfTheTraining() {
        Ended info = project.run("info", "model=" + best);
        assertThat(info.code()).as(info.err()).isEqualTo(ExitCode.OK);
        assertThat(info.out()).contains("the size that the model was trained with: imgsz=64", "tiny, 64 px");
        assertThat(project.run("info", "model=" + best, "imgsz=320").out()).contains("tiny, 320 px")
                .doesNotContain("the size that the model was trained with");
    }

    @Test
    void predictUsesTheOptionsOfTheTraining() {
        Ended ended = project.run("predict", "model=" + best, "source=" + project.path("shapes/images/val"),
                "save=false", "conf=0", "max_det=3", "threads=1");

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.out()).contains("as the model was trained: imgsz=64, classes=[1]", "3 square")
                .doesNotContain("circle");
    }

    @Test
    void aMissingDatasetOfTheTrainingIsExplained() throws IOException {
        ModelFile file = ModelFile.read(best);
        Map<String, String> metadata = new HashMap<>(ModelFile.metadata(file.model(), file.names()));
        Path bare = project.path("bare.safetensors");
        SafetensorsFile.write(bare, StateWeights.write(file.model(), file.values(), metadata));
        assertThat(project.run("val", "model=" + bare).err()).contains("data= is missing");

        metadata.put("yolofit.options", "data: gone.yaml\n");
        SafetensorsFile.write(bare, StateWeights.write(file.model(), file.values(), metadata));
        Ended ended = project.run("val", "model=" + bare);
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains("was trained with data=gone.yaml", "give data=");
    }

    @Test
    void nonFiniteWeightsAreReported() {
        ModelFile file = ModelFile.read(best);
        Map<String, float[]> values = new HashMap<>(file.values());
        values.computeIfPresent("model.1.conv.weight", (name, weights) -> {
            float[] damaged = weights.clone();
            damaged[0] = Float.NaN;
            return damaged;
        });
        Path nan = project.path("nan.safetensors");
        SafetensorsFile.write(nan, StateWeights.write(file.model(), values,
                ModelFile.metadata(file.model(), file.names())));
        String message = "1 value is not finite, in model.1.conv.weight";

        Ended val = project.run("val", "model=" + nan, "data=" + project.data(), "imgsz=64", "plots=false");
        assertThat(val.code()).as(val.err()).isEqualTo(ExitCode.OK);
        assertThat(val.err()).contains(nan + ": " + message);
        assertThat(project.run("predict", "model=" + nan, "source=" + project.path("shapes/images/val"), "imgsz=64",
                "save=false").err()).contains(message);
        Ended train = project.train("model=" + nan, "name=nan");
        assertThat(train.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(train.err()).contains(message, "would diverge at once").doesNotContain("\tat ");
        assertThat(project.path("runs/nan")).doesNotExist();
    }

    @Test
    void pretrainedFalseUsesTheArchitectureOnly() {
        Ended ended = project.train("model=" + best, "pretrained=false", "name=random");

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.out()).contains("pretrained=false: the weights of " + best + " are not used");
    }
}
