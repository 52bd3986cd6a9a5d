package io.yolofit.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The compact copies in the resources equal the original files. `-Dyolofit.shared=DIR` names the folder with
/// `data/bccd` and `reference/bccd`.
class BccdSourceTest {
    private static final String PROPERTY = "yolofit.shared";
    /// Coordinates have three decimals; a right side is the fp32 sum of two of them.
    private static final float ROUNDING = 2e-3f;
    private final Bccd bccd = Bccd.load();
    private Path shared;

    @BeforeEach
    void findTheOriginals() {
        String folder = System.getProperty(PROPERTY, "");
        assumeTrue(!folder.isBlank(), "the original BCCD files are absent: name their folder with -D" + PROPERTY);
        shared = Path.of(folder);
        assumeTrue(Files.isDirectory(shared.resolve("reference/bccd")), "there is no reference/bccd in " + shared);
    }

    @Test
    void everyImageHas640By480Pixels() throws IOException {
        for (String name : bccd.names()) {
            Path file = shared.resolve("data/bccd/images/val").resolve(name + ".jpg");
            try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
                ImageReader reader = ImageIO.getImageReaders(in).next();
                reader.setInput(in);
                assertThat(List.of(reader.getWidth(0), reader.getHeight(0))).as(name)
                        .containsExactly(Bccd.WIDTH, Bccd.HEIGHT);
                reader.dispose();
            }
        }
    }

    @Test
    void labelsEqualThoseOfTheTextFiles() throws IOException {
        for (int i = 0; i < bccd.names().size(); i++) {
            Path file = shared.resolve("data/bccd/labels/val").resolve(bccd.names().get(i) + ".txt");
            List<GroundTruth> labels = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.strip().split("\\s+");
                if (cells.length == 5) {
                    labels.add(Bccd.label(Integer.parseInt(cells[0]), Double.parseDouble(cells[1]),
                            Double.parseDouble(cells[2]), Double.parseDouble(cells[3]), Double.parseDouble(cells[4])));
                }
            }
            assertThat(bccd.labels().get(i)).as(bccd.names().get(i)).isEqualTo(labels);
        }
        try (var files = Files.list(shared.resolve("data/bccd/labels/val"))) {
            assertThat(files.count()).isEqualTo(bccd.names().size());
        }
    }

    @Test
    void clippedDetectionsEqualThoseOfTheReference() throws IOException {
        Map<String, List<Detection>> given = given();
        assertThat(given.keySet()).containsExactlyElementsOf(bccd.names());
        for (int i = 0; i < bccd.names().size(); i++) {
            List<Detection> expected = given.get(bccd.names().get(i));
            List<Detection> ours = bccd.detections().get(i).stream().map(Bccd::clip).toList();
            assertThat(ours).hasSameSizeAs(expected);
            for (int row = 0; row < ours.size(); row++) {
                Detection a = ours.get(row);
                Detection b = expected.get(row);
                assertThat(a.classId()).isEqualTo(b.classId());
                assertThat(a.score()).isEqualTo(b.score());
                assertThat(new float[] {a.x1(), a.y1(), a.x2(), a.y2()}).as("%s, row %d", bccd.names().get(i), row)
                        .containsExactly(new float[] {b.x1(), b.y1(), b.x2(), b.y2()}, within(ROUNDING));
            }
        }
    }

    @Test
    void figuresEqualThoseOfTheReference() throws IOException {
        JsonNode metrics = read("bccd_val_metrics.json").get("metrics");
        assertThat(BccdFigures.reference(Bccd.json("metrics.json"))).isEqualTo(BccdFigures.reference(metrics));
    }

    private Map<String, List<Detection>> given() throws IOException {
        Map<String, List<Detection>> given = new LinkedHashMap<>();
        for (JsonNode row : read("bccd_val_predictions.json")) {
            JsonNode box = row.get("bbox");
            double x = box.get(0).asDouble();
            double y = box.get(1).asDouble();
            given.computeIfAbsent(row.get("image_id").asText(), name -> new ArrayList<>()).add(new Detection(
                    row.get("category_id").asInt() - 1, (float) row.get("score").asDouble(), (float) x, (float) y,
                    (float) (x + box.get(2).asDouble()), (float) (y + box.get(3).asDouble())));
        }
        return given;
    }

    private JsonNode read(String name) throws IOException {
        return new ObjectMapper().readTree(shared.resolve("reference/bccd").resolve(name).toFile());
    }
}
