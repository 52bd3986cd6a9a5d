package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.TinyProject.Ended;
import io.yolofit.app.command.ExitCode;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `import data=`, `export data=`, `check`, and `train` on annotations of another format.
class DataCommandsTest {
    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void exportTheDemoAsCoco() throws IOException {
        project = new TinyProject(folder);
        Ended exported = project.run("export", "data=" + project.data(), "output=" + project.path("coco"));
        assertThat(exported.code()).as(exported.err()).isEqualTo(ExitCode.OK);
        assertThat(exported.out()).contains("annotations/instances_train.json, instances_val.json");
    }

    private static Path annotations() {
        return project.path("coco/annotations");
    }

    private static Map<String, String> labels(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<String, String> texts = new TreeMap<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(folder.relativize(file).toString(), Files.readString(file));
            }
            return texts;
        }
    }

    @Test
    void anExportedSetIsImportedWithTheSameLabelsAndMetrics() throws IOException {
        Path output = project.path("imported");
        Ended imported = project.run("import", "data=" + annotations(), "output=" + output,
                "names=circle,square,triangle");
        assertThat(imported.code()).as(imported.err()).isEqualTo(ExitCode.OK);
        assertThat(imported.out()).contains("images: 12 read = 12 kept + 0 dropped", "splits of the source");
        assertThat(labels(output.resolve("labels"))).isEqualTo(labels(project.path("shapes/labels")));
        JsonNode report = new ObjectMapper().readTree(output.resolve("report.json").toFile());
        assertThat(report.at("/annotations/read").asLong()).isEqualTo(report.at("/annotations/kept").asLong());

        assertThat(project.train("epochs=3", "name=metrics").code()).isEqualTo(ExitCode.OK);
        Path weights = project.path("runs/metrics/weights/best.safetensors");
        assertThat(metrics(weights, output.resolve("data.yaml"))).isEqualTo(metrics(weights, project.data()));
        assertThat(metrics(weights, annotations())).isEqualTo(metrics(weights, project.data()));
    }

    private static String metrics(Path weights, Path data) {
        Ended ended = project.run("val", "model=" + weights, "data=" + data, "plots=false", "threads=1", "workers=1",
                "conf=0.0001");
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.OK);
        int table = ended.out().indexOf("class ");
        return ended.out().substring(table).replaceAll("[\\d.]+ ms.*", "");
    }

    @Test
    void metricsOnBccdAreThoseOfItsImportedForm() {
        Path shared = Path.of(System.getProperty("yolofit.shared", "../../shared"));
        Path weights = shared.resolve("reference/bccd/yolov8n-320.pt");
        Path data = shared.resolve("data/bccd/data.yaml");
        assumeTrue(Files.exists(weights) && Files.exists(data), "-Dyolofit.shared does not name the folder with "
                + "reference/bccd/yolov8n-320.pt and data/bccd");
        assertThat(project.run("export", "data=" + data, "output=" + project.path("bccd-coco"), "link=true").code())
                .isEqualTo(ExitCode.OK);
        Ended imported = project.run("import", "data=" + project.path("bccd-coco"), "output=" + project.path("bccd"),
                "link=true");
        assertThat(imported.code()).as(imported.err()).isEqualTo(ExitCode.OK);
        assertThat(imported.out()).contains("annotations: 4,886 read = 4,886 kept + 0 dropped");
        assertThat(metrics(weights, project.path("bccd/data.yaml"))).isEqualTo(metrics(weights, data)).contains("RBC");
    }

    @Test
    void trainingReadsAnnotationsWhereTheyAreAndSaysHowTheyWereSplit() throws IOException {
        Path json = annotations().resolve("instances_train.json");
        Map<String, Path> before = new TreeMap<>();
        try (Stream<Path> files = Files.walk(project.path("coco"))) {
            files.forEach(file -> before.put(file.toString(), file));
        }
        Path copy = Files.copy(json, project.path("coco/train/all.json"));
        Ended trained = project.train("data=" + copy, "name=direct");
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
        assertThat(trained.out()).contains("COCO JSON, 8 of 8 images",
                "split 0.8,0.2 with seed 0, stratified by class");
        Files.delete(copy);
        try (Stream<Path> files = Files.walk(project.path("coco"))) {
            assertThat(files.map(Path::toString)).containsExactlyInAnyOrderElementsOf(before.keySet());
        }
    }

    @Test
    void optionsOfTheOtherKindAndMissingOnesAreRefused() {
        String data = "data=" + annotations();
        assertRefused("output= is missing", "import", data);
        assertRefused("give one", "import");
        assertRefused("give one", "export");
        assertRefused("has no effect with model=", "import", "model=x.pt", "ratio=0.8,0.2");
        assertRefused("has no effect with data=", "import", data, "output=" + project.path("x"), "model=x.pt");
        assertRefused("give data= instead of model=", "export", "model=x.pt", "format=coco");
        assertRefused("format=onnx is for models", "export", "data=" + project.data(), "format=onnx", "output=x");
        assertRefused("is written as a folder of images and annotations: give output=FOLDER", "export",
                "data=" + project.data(), "output=" + project.path("x.onnx"));
        assertRefused("x.ZIP is the name of a file (.zip)", "import", data, "output=" + project.path("x.ZIP"));
        assertThat(project.path("x.onnx")).doesNotExist();
        assertRefused("is not empty", "import", data, "output=" + project.path("shapes"));
        assertRefused("empty name, or one twice", "import", data, "output=x", "names=a,b,a");
        assertRefused("train,val or train,val,test", "import", data, "output=x", "ratio=0.8");
        assertRefused("YOLO data set already", "import", "data=" + project.data(), "output=" + project.path("x"));
        assertRefused("must end with .html", "check", "data=" + project.data(), "report=x.txt");
        assertThat(project.path("x")).doesNotExist();
    }

    private static Stream<String> documentedCommands() throws IOException {
        return Files.readAllLines(Path.of("../docs/data.md")).stream()
                .filter(line -> line.startsWith("    ./yolofit "))
                .map(line -> line.strip().substring("./yolofit ".length()));
    }

    @ParameterizedTest
    @MethodSource("documentedCommands")
    void theCommandsOfTheDocumentAreValid(String command) {
        List<String> words = List.of(command.split(" "));
        Mode mode = Mode.of(words.getFirst()).orElseThrow();
        assertThat(OptionsParser.parse(mode, words.subList(1, words.size())).notes()).isEmpty();
    }

    private static void assertRefused(String message, String... words) {
        Ended ended = project.run(words);
        assertThat(ended.err()).contains(message).doesNotContain("\tat ");
        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theCheckHasTextJsonPageAndExitCode() throws IOException {
        Path page = project.path("pages/check.html");
        Ended checked = project.run("check", "data=" + project.data(), "json=true", "imgsz=64", "report=" + page);
        JsonNode report = new ObjectMapper().readTree(checked.out());
        assertThat(report.at("/passed").asBoolean()).as(checked.out()).isTrue();
        assertThat(checked.code()).isEqualTo(ExitCode.OK);
        assertThat(report.at("/splits/0/images").asInt()).isEqualTo(8);
        assertThat(report.at("/objects/imgsz").asInt()).isEqualTo(64);
        assertThat(page).content().contains("data:image/jpeg;base64,", "Findings", "circle")
                .doesNotContain("{{", "http://", "https://", "src='/");

        Path copy = project.path("shapes/images/val/copy.jpg");
        Files.copy(project.path("shapes/images/train/shapes_00000.jpg"), copy);
        Ended failed = project.run("check", "data=" + project.data());
        Files.delete(copy);
        assertThat(failed.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(failed.out()).contains("FAIL  near-duplicates: 1 of 5 images in val", "failed: 1 failure");
    }
}
