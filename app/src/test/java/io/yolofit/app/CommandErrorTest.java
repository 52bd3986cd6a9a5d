package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every error message says what is wrong, where, and what to do, without a stack trace.
class CommandErrorTest {
    @TempDir
    private Path folder;
    private TinyProject project;

    @BeforeEach
    void draw() throws IOException {
        project = new TinyProject(folder);
    }

    private static void assertRefused(Ended ended, String... words) {
        assertThat(ended.code()).as(ended.out() + ended.err()).isNotEqualTo(ExitCode.OK);
        assertThat(ended.err()).contains(words).doesNotContain("\tat ");
    }

    private Path someFile(String folderName, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(project.path("shapes/" + folderName))) {
            return files.filter(file -> file.toString().endsWith(ending)).min(Comparator.naturalOrder()).orElseThrow();
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aMissingDatasetIsNamed() {
        assertRefused(project.train("data=" + project.path("nothing.yaml")), "nothing.yaml");
    }

    @Test
    void aTypeThatTheDeviceLacksIsRefusedBeforeTheScan() {
        Ended ended = project.train("amp=fp16", "device=cpu");
        assertRefused(ended, "amp=fp16", "does not support f16");
        assertThat(ended.out()).doesNotContain("objects");
    }

    /// Devices of the CPU, which no machine lacks, that `val` and `predict` refuse.
    @ParameterizedTest
    @ValueSource(strings = {"predict model=@none.pt source=@missing.jpg device=cpu,cpu",
        "val model=@none.pt data=@missing.yaml device=cpu,cpu", "train model=@none.pt data=@missing.yaml device=99"})
    void allProblemsOfARequestAreReportedTogether(String command) {
        Ended ended = project.run(command.replace("@", folder + "/").split(" "));
        assertRefused(ended, "error: 3 problems:\n  ", "\n  there is no file '" + folder + "/none.pt'",
                folder + "/missing.", "\n  device=", "docs/troubleshooting.md");
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aMissingSourceDoesNotHideTheDevice() {
        assertThat(project.train("epochs=1").code()).isEqualTo(ExitCode.OK);
        Ended ended = project.run("predict", "model=" + project.path("runs/train/weights/best.safetensors"),
                "source=missing.jpg", "device=cuda:99", "project=" + project.path("runs"));
        assertRefused(ended, "error: 2 problems:\n  source=missing.jpg: no such file or folder; ", "\n  device=99: ");
        assertThat(project.path("runs/predict")).doesNotExist();
    }

    @Test
    void anExportedModelCannotBeTrained() throws IOException {
        Path file = Files.write(project.path("best.onnx"), new byte[] {8, 10, 18, 7});
        Ended trained = project.train("model=" + file);
        assertRefused(trained, "model=" + file + ": exported files, such as ONNX files, cannot be trained",
                ".safetensors, .pt, .pth", ".yaml", "yolov8n");
        assertThat(project.run("plan", "model=" + file).err()).contains("cannot be trained");
    }

    @Test
    void aMissingImageFolderIsNamed() throws IOException {
        delete(project.path("shapes/images/train"));
        assertRefused(project.train(), "train");
    }

    @Test
    void aMissingLabelFolderIsNamed() throws IOException {
        delete(project.path("shapes/labels"));
        assertRefused(project.train(), "labels");
    }

    @Test
    void anEmptySplitIsNamed() throws IOException {
        delete(project.path("shapes/images/val"));
        Files.createDirectories(project.path("shapes/images/val"));
        assertRefused(project.train(), "val");
    }

    @Test
    void badLabelsAndImagesAreListedAndSkipped() throws IOException {
        Path label = someFile("labels/train", ".txt");
        Files.writeString(label, "9 .5 .5 .1 .1\n0 .5 .5 .1\n0 .5 .5 .1 .1 .2\n0 nan .5 .1 .1\n0 .5 .5 -.1 .1\n");
        Path image = someFile("images/train", ".jpg");
        Files.write(image.resolveSibling("zzz.jpg"), new byte[0]);
        Ended ended = project.train();
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        assertThat(ended.out() + ended.err()).contains(label.getFileName().toString(), "zzz.jpg");
    }

    @Test
    void anUnknownModelScaleOrBlockIsRefusedWithTheKnownOnes() throws IOException {
        assertRefused(project.train("model=yolov7n"), "yolov7n", "yolov8n");
        assertRefused(project.train("model=yolov8q"), "'q'", "n, s, m, l, x");
        Path broken = project.path("broken.yaml");
        Files.writeString(broken, Files.readString(project.path("tiny.yaml")).replace("C2f", "C2q"));
        assertRefused(project.train("model=" + broken), "broken.yaml:5", "C2q", "C2f");
    }

    @Test
    void allWrongOptionsAreShownTogether() {
        Ended ended = project.train("epoch=3", "optimizer=adamm", "lr0=-1");
        assertRefused(ended, "epoch=3", "epochs", "adamm", "lr0");
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void damagedWeightsAreRefused() throws IOException {
        assertThat(project.train().code()).isEqualTo(ExitCode.OK);
        Path best = project.path("runs/train/weights/best.safetensors");
        byte[] bytes = Files.readAllBytes(best);
        Path damaged = project.path("damaged.safetensors");
        Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused(project.run("val", "model=" + damaged, "data=" + project.data()), "damaged.safetensors");
        assertRefused(project.run("train", "resume=" + damaged), "damaged.safetensors");
        Path pickle = project.path("broken.pt");
        Files.write(pickle, new byte[] {'P', 'K', 3, 4, 0, 0});
        assertRefused(project.run("import", "model=" + pickle), "broken.pt");
    }

    @Test
    void weightsOfOtherClassesAreRefusedInValidation() throws IOException {
        assertThat(project.train("single_cls=true").code()).isEqualTo(ExitCode.OK);
        assertRefused(project.run("val", "model=" + project.path("runs/train/weights/best.safetensors"),
                "data=" + project.data(), "single_cls=false"), "has 1 classes", "has 3");
    }

    @Test
    void classesInAnotherOrderAreRefusedInValidation() throws IOException {
        assertThat(project.train().code()).isEqualTo(ExitCode.OK);
        String yaml = Files.readString(project.data());
        Files.writeString(project.data(), yaml.replace("0: circle", "0: square").replace("1: square", "1: circle"));
        Ended ended = project.run("val", "model=" + project.path("runs/train/weights/best.safetensors"));
        assertRefused(ended, "class 0 is 'circle' in the model", "but 'square' in the dataset", "single_cls=true");
        Files.writeString(project.data(), yaml.replace("0: circle", "0: ' Circle '"));
        Ended spelled = project.run("val", "model=" + project.path("runs/train/weights/best.safetensors"),
                "plots=false");
        assertThat(spelled.code()).as(spelled.err()).isEqualTo(ExitCode.OK);
    }
}
