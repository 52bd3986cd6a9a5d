package io.yolofit.zoo.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureCatalogTest {
    private static final String ROWS = "rows: [[-1, 1, Conv, [16, 3, 2]], [[0], 1, Detect, [nc]]]\n";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"yolov8n,yolov8n", "yolov8n.yaml,yolov8n", "yolov8x.yml,yolov8x", "yolov5s,yolov5s", "yolov5su,yolov5s",
        "yolov5nu.yaml,yolov5n", "yolov8m-p2,yolov8m-p2", "yolov8l-p6.yaml,yolov8l-p6", "yolov8,yolov8n",
        "yolov8-p2.yaml,yolov8n-p2", "some/where/yolov8s.yaml,yolov8s",
        "yolov9c,yolov9c", "gelan-c.yaml,yolov9c", "yolo11m,yolo11m", "yolo12x.yaml,yolo12x", "yolov5n6u,yolov5n-p6",
        "yolov5x6.yaml,yolov5x-p6", "yolov5s-p6,yolov5s-p6"})
    void modelsAreFoundByCustomaryNames(String asked, String found) {
        assertThat(ArchitectureCatalog.find(asked).name()).isEqualTo(found);
    }

    @Test
    void allListedNamesAreFound() {
        assertThat(ArchitectureCatalog.names()).hasSizeGreaterThanOrEqualTo(40).allSatisfy(name ->
                assertThat(ArchitectureCatalog.find(name).name()).isEqualTo(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            yolo8n       | ; did you mean yolov8n?
            yolov8nn     | ; did you mean yolov8n?
            yolov8n-p3   | ; did you mean yolov8n-p2 or yolov8n-p6?
            yolov8n.onnx | neither a file nor a known model
            resnet50     | neither a file nor a known model
            yolov3       | neither a file nor a known model
            /            | neither a file nor a known model
            ''           | neither a file nor a known model
            __import__('os').system('id') | neither a file nor a known model
            """)
    void unknownModelIsRejectedWithSuggestions(String asked, String expected) {
        assertThatThrownBy(() -> ArchitectureCatalog.find(asked)).isInstanceOf(ArchitectureException.class)
                .hasMessageStartingWith("model '" + asked + "' is neither a file nor a known model")
                .hasMessageContaining(expected).hasMessageContaining("use one of yolov5n, ");
    }

    @Test
    void invalidPathIsAnUnknownModel() {
        assertThatThrownBy(() -> ArchitectureCatalog.find("yolo\0v8n")).isInstanceOf(ArchitectureException.class)
                .hasMessageContaining("neither a file nor a known model");
    }

    @Test
    void unknownScaleListsTheScalesOfTheFamily() {
        assertThatThrownBy(() -> ArchitectureCatalog.find("yolov8b")).isInstanceOf(ArchitectureException.class)
                .hasMessage("yolov8 has no scale 'b'; use one of n, s, m, l, x");
    }

    @Test
    void fileTakesPrecedenceAndItsNameGivesTheScale() throws IOException {
        Path file = Files.writeString(folder.resolve("yolov8s.yaml"),
                "scales: {n: [1, 0.25, 1024], s: [1, 0.5, 1024]}\n" + ROWS);
        ArchitectureCatalog.Sized sized = ArchitectureCatalog.find(file.toString());
        assertThat(sized.architecture().layers()).hasSize(2);
        assertThat(sized.scale()).isEqualTo(new Scale("s", 1, .5, 1024));
    }

    @Test
    void fileWithoutScaleInItsNameHasItsFirstScale() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "scales: {b: [1, 0.25, 1024], s: [1, 0.5, 64]}\n"
                + ROWS);
        ArchitectureCatalog.Sized sized = ArchitectureCatalog.find(file.toString());
        assertThat(sized.scale().name()).isEqualTo("b");
        assertThat(sized.name()).isEqualTo("mine.yaml");
    }

    @Test
    void errorNamesFileThatIsNotText() throws IOException {
        Path file = Files.write(folder.resolve("mine.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0xff});
        assertThatThrownBy(() -> ArchitectureCatalog.find(file.toString())).isInstanceOf(ArchitectureException.class)
                .hasMessage(file + ": is not a text file in UTF-8");
    }

    @Test
    void folderIsRejected() {
        assertThatThrownBy(() -> ArchitectureCatalog.find(folder.toString())).isInstanceOf(ArchitectureException.class)
                .hasMessageContaining("neither a file nor a known model");
    }

    @Test
    void aNameIsFoundWithoutReadingAllFamilies() {
        assertThat(ArchitectureCatalog.names()).allMatch(ArchitectureCatalog::isName);
        for (String other : List.of("yolov8", "yolov8q", "yolov5nu", "yolov9-t.yaml", "yolo13n", "yolov8n-p3", "")) {
            assertThat(ArchitectureCatalog.isName(other)).as(other)
                    .isEqualTo(ArchitectureCatalog.names().contains(other));
        }
    }
}
