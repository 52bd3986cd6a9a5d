package io.yolofit.app.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.ImageDetections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    private static final Detection FOUND = new Detection(1, 0.876543f, 10, 20, 30.5f, 60);

    private static final OutputNames NAMES = OutputNames.of(List.of(path("cell.jpg"), path("nothing.jpg"),
            path("000000000139.jpg"), path("a.jpg"), path("empty.jpg")));

    @TempDir
    private Path folder;

    private static ImageDetections image(String name, Detection... found) {
        return new ImageDetections(path(name), 100, 200, List.of(found));
    }

    private static Path path(String name) {
        return Path.of("images", name);
    }

    @Test
    void predictionsAreWrittenInTheCocoResultsFormat() throws IOException {
        Path file = folder.resolve("predictions.json");
        try (var predictions = new PredictionsFile(file, NAMES)) {
            predictions.accept(image("cell.jpg", FOUND));
            predictions.accept(image("nothing.jpg"));
            predictions.accept(image("000000000139.jpg", FOUND));
        }
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json).hasSize(2);
        assertThat(json.get(0).toString()).isEqualTo("{\"image_id\":\"cell\",\"file_name\":\"cell.jpg\","
                + "\"category_id\":2,\"bbox\":[10.0,20.0,20.5,40.0],\"score\":0.87654}");
        assertThat(json.get(1).get("image_id").asLong()).isEqualTo(139);
    }

    @Test
    void labelFilesHaveRelativeCoordinatesAndOptionalConfidence() throws IOException {
        new LabelFiles(folder.resolve("plain"), false, NAMES).accept(image("a.jpg", FOUND));
        assertThat(folder.resolve("plain/a.txt")).hasContent("1 0.101250 0.400000 0.102500 0.400000\n");
        var confident = new LabelFiles(folder.resolve("confident"), true, NAMES);
        confident.accept(image("a.jpg", FOUND, FOUND));
        confident.accept(image("empty.jpg"));
        assertThat(Files.readAllLines(folder.resolve("confident/a.txt"))).hasSize(2)
                .allMatch(row -> row.equals("1 0.101250 0.400000 0.102500 0.400000 0.876543"));
        assertThat(folder.resolve("confident/empty.txt")).doesNotExist();
    }

    private static List<String> names(String... images) {
        List<Path> paths = Stream.of(images).map(Path::of).toList();
        OutputNames names = OutputNames.of(paths);
        assertThat(OutputNames.of(paths.reversed()).of(paths.getFirst())).isEqualTo(names.of(paths.getFirst()));
        return paths.stream().map(names::of).toList();
    }

    @Test
    void imagesWithTheSameNameGetDifferentOutputNames() {
        assertThat(names("x.jpg", "a/y.jpg", ".hidden", "x.y.jpg")).containsExactly("x", "y", ".hidden", "x.y");
        assertThat(names("d/a/x.jpg", "d/b/x.jpg", "d/b/y.jpg")).containsExactly("a/x", "b/x", "y");
        assertThat(names("d/x.jpg", "d/x.png", "d/a/x.jpg")).containsExactly("x.jpg", "x.png", "a/x");
        assertThat(names("d/x.jpg", "d/x.jpg", "d/y.jpg")).containsExactly("x", "x", "y");
        assertThat(names("d/x.jpg", "d/x.png", "d/x.jpg.png")).containsExactly("x.jpg", "x.png", "x.jpg.png");
    }

    @Test
    void imageIdsAreUnique() {
        List<Path> paths = Stream.of("d/a/7.jpg", "d/b/7.jpg", "d/1.jpg", "d/01.jpg", "d/2.jpg").map(Path::of).toList();
        OutputNames names = OutputNames.of(paths);
        assertThat(paths.stream().map(names::id)).containsExactly("a/7", "b/7", "1", "01", 2L);
        assertThat(paths.stream().map(names::fileName)).containsExactly("a/7.jpg", "b/7.jpg", "1.jpg", "01.jpg",
                "2.jpg");
    }

    @Test
    void labelFilesOfImagesWithTheSameNameAreInFolders() throws IOException {
        Path first = Path.of("d", "a", "x.jpg");
        Path second = Path.of("d", "b", "x.jpg");
        var files = new LabelFiles(folder, false, OutputNames.of(List.of(first, second)));
        files.accept(new ImageDetections(second, 100, 200, List.of(FOUND)));
        files.accept(new ImageDetections(first, 100, 200, List.of(FOUND, FOUND)));
        assertThat(Files.readAllLines(folder.resolve("a/x.txt"))).hasSize(2);
        assertThat(Files.readAllLines(folder.resolve("b/x.txt"))).hasSize(1);
    }
}
