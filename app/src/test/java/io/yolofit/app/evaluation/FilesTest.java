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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    private static final Detection FOUND = new Detection(1, 0.876543f, 10, 20, 30.5f, 60);

    @TempDir
    private Path folder;

    private static ImageDetections image(String name, Detection... found) {
        return new ImageDetections(Path.of("images", name), 100, 200, List.of(found));
    }

    @Test
    void predictionsAreWrittenInTheCocoResultsFormat() throws IOException {
        Path file = folder.resolve("predictions.json");
        try (var predictions = new PredictionsFile(file)) {
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
        new LabelFiles(folder.resolve("plain"), false).accept(image("a.jpg", FOUND));
        assertThat(folder.resolve("plain/a.txt")).hasContent("1 0.101250 0.400000 0.102500 0.400000\n");
        var confident = new LabelFiles(folder.resolve("confident"), true);
        confident.accept(image("a.jpg", FOUND, FOUND));
        confident.accept(image("empty.jpg"));
        assertThat(Files.readAllLines(folder.resolve("confident/a.txt"))).hasSize(2)
                .allMatch(row -> row.equals("1 0.101250 0.400000 0.102500 0.400000 0.876543"));
        assertThat(folder.resolve("confident/empty.txt")).doesNotExist();
    }

    @Test
    void imagesWithTheSameNameGetDifferentOutputNames() {
        var names = new OutputNames();
        assertThat(names.of(Path.of("a", "x.jpg"))).isEqualTo("x");
        assertThat(names.of(Path.of("a", "x.png"))).isEqualTo("x_2");
        assertThat(names.of(Path.of("b", "x.jpg"))).isEqualTo("x_3");
        assertThat(names.of(Path.of("x.y.jpg"))).isEqualTo("x.y");
        assertThat(names.of(Path.of(".hidden"))).isEqualTo(".hidden");
    }
}
