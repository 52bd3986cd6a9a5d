package io.yolofit.data.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.augment.RandomStream;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.geometry.Box;
import io.yolofit.data.geometry.Polygon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDatasetTest {
    @TempDir
    Path folder;

    @Test
    void theDatasetIsValidAndHasAllClassesAndSizes() throws IOException {
        Dataset dataset = Dataset.load(DemoDataset.create(folder.resolve("demo"), 60, 10, 160, 1));
        assertThat(dataset.names()).containsExactly("circle", "square", "triangle");
        SplitScan scan = dataset.train().scan(ScanOptions.defaults().withCacheFolder(folder.resolve("cache")));
        assertThat(scan.problems()).isEmpty();
        assertThat(scan.images()).hasSize(60);
        assertThat(java.util.Arrays.stream(scan.instancesPerClass()).min().orElseThrow()).isGreaterThan(40);
        double smallest = scan.images().stream().flatMap(image -> image.labels().stream())
                .mapToDouble(label -> Math.min(label.width(), label.height())).min().orElseThrow();
        assertThat(smallest).isBetween(0.03, 0.12);
        assertThat(dataset.val().images()).hasSize(10);
    }

    @Test
    void theSameArgumentsGiveTheSameFiles() throws IOException {
        DemoDataset.create(folder.resolve("a"), 4, 2, 96, 5);
        DemoDataset.create(folder.resolve("b"), 4, 2, 96, 5);
        DemoDataset.create(folder.resolve("c"), 4, 2, 96, 6);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder.resolve("a"))) {
            files = walk.filter(Files::isRegularFile).map(folder.resolve("a")::relativize).toList();
        }
        assertThat(files).hasSize(13);
        for (Path file : files) {
            assertThat(folder.resolve("b").resolve(file)).hasSameBinaryContentAs(folder.resolve("a").resolve(file));
        }
        assertThat(Files.readAllBytes(folder.resolve("c/images/train/shapes_00000.jpg")))
                .isNotEqualTo(Files.readAllBytes(folder.resolve("a/images/train/shapes_00000.jpg")));
    }

    @Test
    void objectsOccludeLittleOfEachOther() {
        for (int seed = 0; seed < 30; seed++) {
            try (DemoImage image = new DemoImage(128, RandomStream.of(seed))) {
                assertThat(image.items()).isNotEmpty();
                for (DemoImage.Item item : image.items()) {
                    assertThat(item.box().clip(128, 128)).isEqualTo(item.box());
                    assertThat(image.items()).as("seed %d", seed).allMatch(other -> other == item
                            || item.box().coveredBy(other.box()) <= 0.3);
                }
            }
        }
    }

    @Test
    void outlinesHaveTheGivenRadius() {
        Box circle = Polygon.bounds(Shape.CIRCLE.outline(50, 60, 10, 0));
        assertThat(circle.width()).isCloseTo(20, within(0.1));
        Box square = Polygon.bounds(Shape.SQUARE.outline(50, 60, 10, 0));
        assertThat(square.height()).isCloseTo(Math.sqrt(200), within(1e-9));
        assertThat(Shape.TRIANGLE.outline(50, 60, 10, 0)[1]).as("points upwards").isCloseTo(50, within(1e-9));
    }

    @Test
    void invalidArgumentsAreRejected() {
        assertThatThrownBy(() -> DemoDataset.create(folder, 0, 1, 128, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("train=0");
    }
}
