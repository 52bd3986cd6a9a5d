package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Architecture files of users, through the command line.
class CustomModelTest {
    /// Levels at strides 8 and 16; the backbone goes down to stride 32. Nothing reads layer 11.
    private static final String TWO_LEVELS = """
            scales: {n: [1, .25, 64], s: [1, .5, 64]}
            rows:
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: Upsample}
              - {block: Concat, from: [-1, 3]}
              - {block: Conv, out: 32}
              - {block: Upsample}
              - {block: Concat, from: [-1, 2]}
              - {block: Conv, out: 32}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: Detect, from: [10, 7]}
            """;

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void write() throws IOException {
        project = new TinyProject(folder);
        for (String name : new String[] {"two-levels.yaml", "yolov8s-two.yaml"}) {
            Files.writeString(project.path(name), TWO_LEVELS);
        }
    }

    @Test
    void detectorWithFewerLevelsThanItsBackboneTrainsAndPredicts() {
        Ended trained = project.train("model=" + project.path("two-levels.yaml"), "name=two");
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
        assertThat(trained.out()).contains("layers that Detect does not depend on are not trained: [11]");
        Path best = project.path("runs/two/weights/best.safetensors");
        for (String[] command : new String[][] {{"val", "data=" + project.data(), "batch=2"},
            {"predict", "source=" + project.path("shapes/images/val")}}) {
            Ended used = project.run(command[0], command[1], "model=" + best, "imgsz=40", "threads=1",
                    "project=" + project.path("runs"));
            assertThat(used.code()).as(used.err()).isEqualTo(ExitCode.OK);
            assertThat(used.out() + used.err()).contains("imgsz=40 is not a multiple of the stride 32", "using 64");
        }
        Ended planned = project.run("plan", "model=" + project.path("two-levels.yaml"), "imgsz=64", "device=cpu");
        assertThat(planned.code()).as(planned.err()).isEqualTo(ExitCode.OK);
    }

    @ParameterizedTest
    @CsvSource({"two-levels.yaml,'scale n (the first, as none is named)'",
        "yolov8s-two.yaml,'scale s (from the file''s name)'"})
    void scaleIsShownByEveryCommand(String name, String scale) {
        String model = "model=" + project.path(name);
        Ended trained = project.train(model, "name=" + name.substring(0, 4), "val=false", "save=false", "seed=3");
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
        assertThat(trained.out().lines().filter(line -> line.startsWith("model: "))).singleElement().asString()
                .startsWith("model: " + name + ", " + scale + ", 13 layers, ")
                .contains(" parameters, ", " GFLOPs at 64 px")
                .endsWith("; weights: initialized at random, seed 3");
        assertThat(project.run("info", model).out()).contains(name + ", " + scale);
        assertThat(project.run("plan", model, "device=cpu").out()).contains(name + ", " + scale);
    }

    @Test
    void trainedFileAndResumedRunSayWhereTheirWeightsComeFrom() {
        Ended first = project.train("name=from");
        assertThat(first.code()).as(first.err()).isEqualTo(ExitCode.OK);
        Path last = project.path("runs/from/weights/last.safetensors");
        Ended second = project.train("model=" + last, "name=second", "save=false");
        assertThat(second.out()).containsPattern("model: tiny, .*; weights: (\\d+) of \\1 tensors from " + last);
        Ended resumed = project.run("train", "resume=" + last, "epochs=2");
        assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
        assertThat(resumed.out()).containsPattern("model: tiny, .*; weights: (\\d+) of \\1 tensors from " + last);
    }
}
