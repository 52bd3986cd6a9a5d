package io.yolofit.data.throughput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.data.throughput.LoaderThroughput.Rates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThroughputTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final LoaderThroughput MEASURED = new LoaderThroughput(5, 32, 0.9, new Rates(100, 200),
            new Rates(300, 600));
    private static final Augmentation AUGMENTATION = new Augmentation(0.015, 0.7, 0.4, 0, 0.1, 0.5, 0, 0, 0, 0.5, 0, 1,
            0, 0, 0);
    private static final LoaderOptions OPTIONS = LoaderOptions.training(64, 4, AUGMENTATION, 0, 2);

    @TempDir
    static Path demo;
    private static List<LabeledImage> images;

    @TempDir
    Path folder;

    @BeforeAll
    static void scan() throws IOException {
        images = Dataset.load(DemoDataset.create(demo, 12, 1, 64, 3)).train()
                .scan(ScanOptions.defaults().withCacheFolder(demo.resolve("cache"))).images();
    }

    @Test
    void ratesGrowWithTheWorkersUpToTheNumberOfCores() {
        assertThat(MEASURED.rate(0, false)).isEqualTo(100);
        assertThat(MEASURED.rate(1, true)).isEqualTo(200);
        assertThat(MEASURED.rate(2, false)).isCloseTo(150, within(1e-9));
        assertThat(MEASURED.rate(3, true)).isCloseTo(400, within(1e-9));
        assertThat(MEASURED.rate(8, false)).isEqualTo(300);
        assertThat(new LoaderThroughput(1, 1, 1, new Rates(7, 9), new Rates(7, 9)).rate(8, true)).isEqualTo(9);
        assertThatThrownBy(() -> new Rates(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /// Upper limits are generous: the machine of a test may be busy.
    @Test
    void theRealLoaderIsMeasuredInBoundedTime() {
        long start = System.nanoTime();
        LoaderThroughput measured = ThroughputProbe.measure(images, OPTIONS);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(measured.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(measured.images()).isBetween(1, 12);
        assertThat(measured.seconds()).isBetween(0.5, 10.0);
        assertThat(measured.single().decoding()).isPositive().isLessThan(measured.single().cached());
        assertThat(measured.all().cached()).isGreaterThanOrEqualTo(measured.single().cached());
    }

    @Test
    void imagesThatCannotBeReadAnyMoreAreSkipped() throws IOException {
        List<LabeledImage> own = Dataset.load(DemoDataset.create(folder.resolve("demo"), 4, 1, 64, 3)).train()
                .scan(ScanOptions.defaults().withCacheFolder(folder.resolve("cache"))).images();
        Files.writeString(own.getFirst().path(), "no image");
        assertThat(ThroughputProbe.measure(own, OPTIONS).single().cached()).isPositive();
        for (LabeledImage image : own) {
            Files.writeString(image.path(), "no image");
        }
        assertThatThrownBy(() -> ThroughputProbe.measure(own, OPTIONS)).isInstanceOf(DatasetException.class)
                .hasMessageContaining("data loading cannot be measured");
    }

    @Test
    void theSampleIsSpreadOverTheDataSetAndBoundedInMemory() {
        assertThat(ThroughputProbe.sample(images, OPTIONS)).isEqualTo(images);
        LoaderOptions large = LoaderOptions.training(4096, 4, AUGMENTATION, 0, 2); // 48 MiB an image, 256 MiB in all
        assertThat(ThroughputProbe.sample(images, large)).hasSize(5)
                .startsWith(images.getFirst()).endsWith(images.get(9));
    }

    @Test
    void aStoredMeasurementIsReusedForTheSameImagesAndOptionsForAWeek() {
        var cache = new ThroughputCache(folder, NOW);
        assertThat(cache.load(images, OPTIONS)).isEmpty();
        cache.store(images, OPTIONS, MEASURED);
        assertThat(cache.load(images, OPTIONS)).contains(MEASURED);
        assertThat(cache.load(images, OPTIONS.with(4, 7))).as("another number of workers").contains(MEASURED);
        assertThat(cache.load(images, OPTIONS.withMultiScale(0.5))).isEmpty();
        assertThat(cache.load(images.subList(1, 12), OPTIONS)).isEmpty();
        assertThat(new ThroughputCache(folder, NOW.plus(Duration.ofDays(6))).load(images, OPTIONS)).contains(MEASURED);
        assertThat(new ThroughputCache(folder, NOW.plus(Duration.ofDays(8))).load(images, OPTIONS)).isEmpty();
    }

    @Test
    void aDamagedFileIsMeasuredOnceMoreAndAFolderThatIsNotWritableIsIgnored() throws IOException {
        var cache = new ThroughputCache(folder, NOW);
        cache.store(images, OPTIONS, MEASURED);
        try (var files = Files.list(folder.resolve("loading"))) {
            Files.writeString(files.findFirst().orElseThrow(), "{\"measuredAt\": 1,");
        }
        assertThat(cache.load(images, OPTIONS)).isEmpty();
        Path file = Files.createFile(folder.resolve("file"));
        var nowhere = new ThroughputCache(file, NOW);
        nowhere.store(images, OPTIONS, MEASURED);
        assertThat(nowhere.load(images, OPTIONS)).isEmpty();
    }
}
