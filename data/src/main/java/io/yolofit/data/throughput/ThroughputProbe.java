package io.yolofit.data.throughput;

import com.sun.management.OperatingSystemMXBean;
import io.yolofit.base.Failure;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.image.Mats;
import io.yolofit.data.throughput.LoaderThroughput.Rates;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.bytedeco.opencv.opencv_core.Mat;

/// Measures the throughput of the real loader on a sample of a data set, in about a second; in less than three seconds
/// on a machine that is busy with other programs.
///
/// Images are decoded twice, and the faster time counts. Then the loader augments decoded images, with one worker per
/// core and with one worker, after a warm-up in which the virtual machine compiles the augmentation. The fastest
/// interval counts: in the others, other programs had the processor. Decoding takes its time per image on every core.
public final class ThroughputProbe {
    private static final long DECODING = Duration.ofMillis(120).toNanos();
    /// Processor time of the warm-up, compiler included, and its limits in elapsed time.
    private static final long WARM_UP_PROCESSOR = Duration.ofMillis(1400).toNanos();
    private static final long LEAST_WARM_UP = Duration.ofMillis(350).toNanos();
    private static final long MOST_WARM_UP = Duration.ofMillis(1800).toNanos();
    private static final long MEASUREMENT = Duration.ofMillis(300).toNanos();
    /// An interval of measured augmentation: some ten images of one worker.
    private static final long INTERVAL = Duration.ofMillis(100).toNanos();
    private static final int LEAST_BATCH = 4;
    /// Decoded images of the sample, at most.
    private static final long SAMPLE_BYTES = 256L << 20;
    private static final int MOST_IMAGES = 256;
    private static final int ALIGNMENT = 64;
    private static final double NANOS = 1e9;

    private final List<LabeledImage> images;
    private final LoaderOptions options;
    private final int cores;
    private final Buffers buffers = new Buffers();

    /// Pixel buffers that the loaders of all measurements share: new memory is slow, and a run allocates its own once.
    private static final class Buffers implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final List<MemorySegment> all = new ArrayList<>();
        private int taken;

        MemorySegment take(long bytes) {
            if (taken == all.size()) {
                all.add(arena.allocate(bytes, ALIGNMENT));
            } else if (all.get(taken).byteSize() < bytes) {
                all.set(taken, arena.allocate(bytes, ALIGNMENT));
            }
            return all.get(taken++);
        }

        void reset() {
            taken = 0;
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private ThroughputProbe(List<LabeledImage> images, LoaderOptions options, int cores) {
        this.images = images;
        this.options = options;
        this.cores = cores;
    }

    /// Measures the loader of these options.
    ///
    /// @param images  of the training split
    /// @param options of training batches; their number of workers does not matter
    public static LoaderThroughput measure(List<LabeledImage> images, LoaderOptions options) {
        int cores = Runtime.getRuntime().availableProcessors();
        var probe = new ThroughputProbe(sample(images, options), options, cores);
        try (probe.buffers) {
            return probe.measure();
        }
    }

    /// Images at equal distances: their sizes and formats are those of the data set.
    static List<LabeledImage> sample(List<LabeledImage> images, LoaderOptions options) {
        long bytes = Mats.bytes(options.imageSize(), options.imageSize());
        int count = Math.clamp(SAMPLE_BYTES / bytes, 1, Math.min(images.size(), MOST_IMAGES));
        return IntStream.range(0, count).mapToObj(i -> images.get((int) ((long) i * images.size() / count))).toList();
    }

    private LoaderThroughput measure() {
        long start = System.nanoTime();
        try (ImageStore files = ImageStore.uncached(images, options.imageSize());
                ImageStore decoded = ImageStore.recent(files, 2 * SAMPLE_BYTES)) {
            Decoded sample = decode(files, decoded, start + DECODING);
            double all = augment(decoded, sample.images, cores, warmUp());
            double single = cores == 1 ? all : augment(decoded, sample.images, 1, () -> false);
            double scale = Math.clamp(all / single, 1, cores);
            double decoding = 1 / (1 / single + sample.seconds);
            return new LoaderThroughput(cores, sample.images.size(), (System.nanoTime() - start) / NANOS,
                    new Rates(decoding, single), new Rates(decoding * scale, single * scale));
        } catch (IOException failure) {
            throw new DatasetException(Failure.naming("", "data loading cannot be measured: "
                    + FileFailure.reason(failure), ""), failure);
        }
    }

    /// Whether the augmentation is still being compiled: by the processor time of this process, because a busy machine
    /// takes longer.
    private static BooleanSupplier warmUp() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long start = System.nanoTime();
        long before = system.getProcessCpuTime();
        return () -> {
            long passed = System.nanoTime() - start;
            return passed < LEAST_WARM_UP
                    || passed < MOST_WARM_UP && system.getProcessCpuTime() - before < WARM_UP_PROCESSOR;
        };
    }

    /// Images that were decoded.
    ///
    /// @param seconds per image
    private record Decoded(List<LabeledImage> images, double seconds) {
    }

    /// Decodes images of the sample until the time is over, at least one. Images that cannot be read are skipped here,
    /// replaced by the loader, and reported by training.
    ///
    /// @param files   decodes at every use
    /// @param decoded keeps the images for the loader
    /// @throws IOException if no image can be read
    private Decoded decode(ImageStore files, ImageStore decoded, long end) throws IOException {
        long nanos = 0;
        int count = 0;
        int readable = 0;
        while (count < images.size() && (readable == 0 || System.nanoTime() < end)) {
            try {
                long first = nanosToLoad(decoded, count);
                nanos += System.nanoTime() < end ? Math.min(first, nanosToLoad(files, count)) : first;
                readable++;
            } catch (IOException unreadable) {
                if (readable == 0 && count == images.size() - 1) {
                    throw unreadable;
                }
            }
            count++;
        }
        return new Decoded(images.subList(0, count), nanos / NANOS / readable);
    }

    private static long nanosToLoad(ImageStore store, int index) throws IOException {
        long start = System.nanoTime();
        try (Mat image = store.load(index)) {
            return System.nanoTime() - start - (image.empty() ? 1 : 0);
        }
    }

    /// Images per second of a loader over decoded images, in its fastest interval.
    ///
    /// @param cold whether the warm-up goes on
    private double augment(ImageStore decoded, List<LabeledImage> part, int workers, BooleanSupplier cold) {
        int batch = Math.clamp(options.batchSize(), 1, Math.max(LEAST_BATCH, workers));
        buffers.reset();
        double best = 0;
        LoaderOptions loading = options.with(batch, workers);
        try (BatchLoader loader = BatchLoader.open(part, decoded, loading, buffers::take, _ -> { });
                var batches = new Endless(loader)) {
            while (cold.getAsBoolean()) {
                batches.next();
            }
            long begin = System.nanoTime();
            long start = begin;
            int loaded = 0;
            while (best == 0 || start - begin < MEASUREMENT) {
                loaded += batches.next();
                long passed = System.nanoTime() - start;
                if (passed >= INTERVAL) {
                    best = Math.max(best, loaded / (passed / NANOS));
                    start += passed;
                    loaded = 0;
                }
            }
        }
        return best;
    }

    /// The batches of epoch after epoch. As in training, the next epoch is begun before the last batch is taken.
    private static final class Endless implements AutoCloseable {
        private final BatchLoader loader;
        private EpochBatches current;
        private EpochBatches upcoming;
        private int epoch;

        Endless(BatchLoader loader) {
            this.loader = loader;
            current = loader.epoch(0);
        }

        /// The number of images of the next batch.
        int next() {
            if (!current.hasNext()) {
                current.close();
                current = upcoming;
                upcoming = null;
            }
            try (Batch batch = current.next()) {
                if (!current.hasNext()) {
                    epoch++;
                    upcoming = loader.epoch(epoch);
                }
                return batch.images();
            }
        }

        @Override
        public void close() {
            current.close();
            if (upcoming != null) {
                upcoming.close();
            }
        }
    }
}
