package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Time of a training sample on one core, from the RAM cache to the batch: the default augmentation, variants without
/// one of its steps, and for comparison a copy of the finished batch. The variants alternate in every round; medians
/// are printed. With workers, img/s is the throughput of all workers together.
///
/// Arguments: dataset YAML, image size, batch, workers (0: the calling thread only), rounds.
public final class AugmentBenchmark {
    private static final String COPY = "copy of the batch";

    private AugmentBenchmark() {
    }

    public static void main(String[] arguments) {
        int size = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 640;
        int batch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 64;
        int workers = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 0;
        int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 9;
        Console console = Console.ofSystem();
        SplitScan scan = Dataset.load(Path.of(arguments[0])).train().scan(ScanOptions.defaults());
        CacheEstimate cache = CacheEstimate.of(scan.images(), size, CacheMode.RAM, CacheFolder.path());
        LoaderOptions options = LoaderOptions.training(size, batch, Augmentation.defaults(), 0, workers);
        Map<String, double[]> seconds = new LinkedHashMap<>();
        try (ImageStore store = ImageStore.open(scan.images(), cache.requireFits(), 2, done -> { });
                BatchLoader loader = BatchLoader.open(scan.images(), store, options,
                        problem -> console.warn(problem.toString()))) {
            for (int round = -1; round < rounds; round++) { // the first one warms up
                for (Map.Entry<String, Augmentation> variant : variants().entrySet()) {
                    double time = epoch(loader, round + 1, variant.getValue());
                    if (round >= 0) {
                        seconds.computeIfAbsent(variant.getKey(), name -> new double[rounds])[round] = time;
                    }
                }
                if (round >= 0) {
                    seconds.computeIfAbsent(COPY, name -> new double[rounds])[round] = copy(size, batch);
                }
            }
        }
        report(console, seconds);
    }

    private static Map<String, Augmentation> variants() {
        Augmentation all = Augmentation.defaults();
        Map<String, Augmentation> variants = new LinkedHashMap<>();
        variants.put("defaults", all);
        variants.put("without color", new Augmentation(0, 0, 0, all.degrees(), all.translate(), all.scale(),
                all.shear(), all.perspective(), all.flipud(), all.fliplr(), all.bgr(), all.mosaic(), 0, 0, 0));
        variants.put("without mosaic", all.withoutMosaic());
        variants.put("letterboxed only", Augmentation.none());
        variants.put("rotated by up to 10 degrees", new Augmentation(all.hsvH(), all.hsvS(), all.hsvV(), 10,
                all.translate(), all.scale(), all.shear(), all.perspective(), all.flipud(), all.fliplr(), all.bgr(),
                all.mosaic(), 0, 0, 0));
        return variants;
    }

    /// Seconds per image.
    private static double epoch(BatchLoader loader, int epoch, Augmentation augmentation) {
        long start = System.nanoTime();
        try (EpochBatches batches = loader.epoch(epoch, augmentation)) {
            while (batches.hasNext()) {
                batches.next().close();
            }
        }
        return (System.nanoTime() - start) / 1e9 / loader.imageCount();
    }

    /// Seconds per image of a copy between two buffers of a batch.
    private static double copy(int size, int batch) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(3L * size * size * batch);
            MemorySegment to = arena.allocate(from.byteSize()).copyFrom(from); // not the first touch
            long start = System.nanoTime();
            to.copyFrom(from);
            return (System.nanoTime() - start) / 1e9 / batch;
        }
    }

    private static void report(Console console, Map<String, double[]> seconds) {
        double copy = TrainingBench.median(seconds.get(COPY));
        console.line("| samples | ms per image | img/s | ratio to a copy |");
        console.line("|---|---|---|---|");
        for (String name : seconds.keySet()) {
            double median = TrainingBench.median(seconds.get(name));
            console.line("| %s | %.3f | %.0f | %.1f |".formatted(name, 1e3 * median, 1 / median, median / copy));
        }
    }
}
