package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static Path checkpoint;
    private static Map<String, float[]> values;

    @BeforeAll
    static void writeCheckpoint() throws IOException {
        project = new TinyProject(folder);
        checkpoint = project.path("shapes.pt");
        Model model = Model.of(ArchitectureCatalog.find("yolov8n"), 3);
        values = Initializer.of(model, 7);
        TorchFileWriter.write(checkpoint, model, values, "yolov8n.yaml",
                Map.of(0, "circle", 1, "square", 2, "triangle"), Map.of("imgsz", 96, "epochs", 5));
    }

    @Test
    void aCheckpointIsConvertedToAModelFileInTheSameFolder() {
        Ended imported = project.run("import", "model=" + checkpoint);
        assertThat(imported.code()).as(imported.err()).isEqualTo(ExitCode.OK);
        assertThat(imported.out()).contains("yolov8n, 3 classes, 3,011,", "classes: circle, square, triangle",
                "trained with: imgsz=96 epochs=5", "written to " + project.path("shapes.safetensors"),
                "next to its input; output= names another file");
        ModelFile read = ModelFile.read(project.path("shapes.safetensors"));
        assertThat(read.names()).containsExactly("circle", "square", "triangle");
        assertThat(read.values().keySet()).isEqualTo(values.keySet());
        read.values().forEach((name, tensor) -> assertThat(tensor).as(name).isEqualTo(values.get(name)));

        Ended repeated = project.run("import", "model=" + checkpoint);
        assertThat(repeated.code()).isEqualTo(ExitCode.USAGE);
        assertThat(repeated.err()).contains("shapes.safetensors already exists", "exist_ok=true");
        assertThat(project.run("import", "model=" + checkpoint, "exist_ok=true").code()).isEqualTo(ExitCode.OK);
    }

    @Test
    void theOutputPathCanBeGivenAndPredictsLikeTheCheckpoint() throws IOException {
        Path output = project.path("models/imported.safetensors");
        assertThat(project.run("import", "model=" + checkpoint, "output=" + output).code()).isEqualTo(ExitCode.OK);
        assertThat(output).isNotEmptyFile();
        Ended byCheckpoint = predict(checkpoint);
        Ended byImport = predict(output);
        assertThat(byCheckpoint.code()).as(byCheckpoint.err()).isEqualTo(ExitCode.OK);
        assertThat(byImport.out()).contains("as the model was trained: imgsz=96");
        assertThat(withoutTimes(byImport.out())).isEqualTo(withoutTimes(byCheckpoint.out())).contains("image 4/4");
        assertThat(Files.exists(project.path("runs"))).isFalse();
    }

    private static Ended predict(Path model) {
        return project.run("predict", "model=" + model, "source=" + project.path("shapes/images/val"),
                "conf=0.0001", "max_det=5", "save=false", "threads=1");
    }

    private static String withoutTimes(String text) {
        return text.replaceAll("[\\d.]+ ms", "");
    }

    @Test
    void tensorsAloneAreImportedWithTheirArchitecture() {
        Path tensors = project.path("tensors.safetensors");
        LinkedHashMap<String, TensorData> prefixed = new LinkedHashMap<>();
        ModelFile.read(checkpoint).weights().tensors()
                .forEach((name, tensor) -> prefixed.put("module." + name, tensor));
        SafetensorsFile.write(tensors, new Weights(prefixed));
        assertRefused("architecture=", "import", "model=" + tensors);
        assertThat(project.run("import", "model=" + tensors, "architecture=yolov8s",
                "output=" + project.path("s.safetensors")).err()).contains("tensors of yolov8s do not fit");

        Ended imported = project.run("import", "model=" + tensors, "architecture=yolov8n",
                "output=" + project.path("named.safetensors"));

        assertThat(imported.code()).as(imported.err()).isEqualTo(ExitCode.OK);
        assertThat(imported.out()).contains("SiLU is assumed", "yolov8n, 3 classes", "class0, class1, class2");
        assertThat(ModelFile.read(project.path("named.safetensors")).values().keySet()).isEqualTo(values.keySet());
    }

    @Test
    void filesThatAreNotCheckpointsAreRefused() {
        assertRefused("already", "import", "model=" + project.path("x.safetensors"));
        assertRefused("has no weights", "import", "model=yolov8n");
        assertRefused("nothing.pt", "import", "model=" + project.path("nothing.pt"));
        assertRefused("must end with .safetensors", "import", "model=" + checkpoint, "output=x.bin");
    }

    private static void assertRefused(String message, String... words) {
        Ended ended = project.run(words);
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains(message).doesNotContain("\tat ");
    }
}
