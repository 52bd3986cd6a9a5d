package io.yolofit.data.throughput;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.base.file.AtomicFile;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.files.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Stores measurements in `<cache folder>/loading/<key>.json`. The key is a hash over the machine, the options that
/// determine the work per image, and the sample's files. A measurement is valid for a week: it may have been taken
/// while the machine was busy.
public final class ThroughputCache {
    private static final int VERSION = 1;
    private static final int NAME_DIGITS = 16;
    private static final Duration VALID = Duration.ofDays(7);
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Instant now;

    /// @param cacheFolder [io.yolofit.base.file.CacheFolder], or another one
    /// @param now         decides which measurements are still valid
    public ThroughputCache(Path cacheFolder, Instant now) {
        folder = cacheFolder.resolve("loading");
        this.now = now;
    }

    private record Stored(long measuredAt, LoaderThroughput throughput) {
    }

    /// The valid measurement of these options, if there is one.
    ///
    /// @param images of the training split
    public Optional<LoaderThroughput> load(List<LabeledImage> images, LoaderOptions options) {
        try {
            Stored stored = JSON.readValue(file(images, options).toFile(), Stored.class);
            Duration age = Duration.between(Instant.ofEpochMilli(stored.measuredAt), now);
            return age.isNegative() || age.compareTo(VALID) > 0 ? Optional.empty() : Optional.of(stored.throughput);
        } catch (IOException | RuntimeException _) { // missing, truncated or of another format: measure
            return Optional.empty();
        }
    }

    /// Stores a measurement. If the folder is not writable, which the scan of the data set reports, later plans measure
    /// once more.
    public void store(List<LabeledImage> images, LoaderOptions options, LoaderThroughput throughput) {
        Path file = file(images, options);
        try {
            Files.createDirectories(folder);
            AtomicFile.replacePrivate(file, draft ->
                    JSON.writeValue(draft.toFile(), new Stored(now.toEpochMilli(), throughput)));
        } catch (IOException failure) {
            System.getLogger(ThroughputCache.class.getName()).log(System.Logger.Level.DEBUG,
                    "the measurement of data loading is not stored", failure);
        }
    }

    private Path file(List<LabeledImage> images, LoaderOptions options) {
        Fingerprint key = new Fingerprint().add(VERSION).add(processor())
                .add(Runtime.getRuntime().availableProcessors()).add(images.size())
                .add(options.with(options.batchSize(), 0));
        ThroughputProbe.sample(images, options).forEach(image -> key.addFile(image.path()));
        return folder.resolve(key.hex().substring(0, NAME_DIGITS) + ".json");
    }

    /// The processor's name on Linux, its architecture elsewhere.
    private static String processor() {
        try (var lines = Files.lines(PROCESSOR)) {
            return lines.filter(line -> line.startsWith(MODEL)).findFirst().orElseGet(ThroughputCache::architecture);
        } catch (IOException _) {
            return architecture();
        }
    }

    private static String architecture() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
