package io.yolofit.data.batch;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.image.Mats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/// Loads the batches of a split, epoch by epoch, on its own worker threads.
///
/// ```
/// try (ImageStore store = ImageStore.uncached(scan.images(), 640);
///         BatchLoader loader = BatchLoader.open(scan.images(), store, LoaderOptions.training(...), problems::add);
///         EpochBatches batches = loader.epoch(0)) {
///     while (batches.hasNext()) {
///         try (Batch batch = batches.next()) { ... }
///     }
/// }
/// ```
public final class BatchLoader implements AutoCloseable {
    /// Capacity for recently loaded images, which the mosaics of neighboring samples reuse. Images that fit into it are
    /// decoded in the first epoch only.
    public static final long RECENT_BYTES = 1L << 30;
    private static final int ALIGNMENT = 64; // a cache line

    private final List<LabeledImage> images;
    private final LoaderOptions options;
    private final ImageStore store;
    private final boolean ownsStore;
    private final SampleMaker maker;
    private final Arena arena = Arena.ofShared();
    private final BufferPool pool;
    private final ExecutorService workers;
    private final LongAdder waited = new LongAdder();

    private BatchLoader(List<LabeledImage> images, ImageStore store, LoaderOptions options,
            Optional<LongFunction<MemorySegment>> memory, Consumer<Problem> problems) {
        this.images = List.copyOf(images);
        this.options = options;
        this.ownsStore = options.augmentation().isPresent() && !store.isCached();
        this.store = ownsStore ? ImageStore.recent(store, RECENT_BYTES) : store;
        this.maker = new SampleMaker(this.images, this.store, options.imageSize(), problems);
        this.pool = new BufferPool(options.slice(options.batchSize()) * largestSampleBytes(),
                memory.orElse(bytes -> arena.allocate(bytes, ALIGNMENT)));
        this.workers = Executors.newFixedThreadPool(Math.max(1, options.workers()),
                Thread.ofPlatform().name("yolofit-data-", 0).daemon().factory());
    }

    /// Opens a loader over the images of a store. The caller closes the loader first, then the store.
    ///
    /// @param problems receives one problem per image that cannot be read; called by workers, one at a time
    public static BatchLoader open(List<LabeledImage> images, ImageStore store, LoaderOptions options,
                                   Consumer<Problem> problems) {
        return open(images, store, options, Optional.empty(), problems);
    }

    /// The same with pixel buffers from an allocator of the caller, such as an engine's pinned memory.
    ///
    /// @param memory allocates the given number of bytes, aligned to 64; called in the thread that iterates over
    ///     batches. The memory must live until the loader is closed
    public static BatchLoader open(List<LabeledImage> images, ImageStore store, LoaderOptions options,
                                   LongFunction<MemorySegment> memory, Consumer<Problem> problems) {
        return open(images, store, options, Optional.of(memory), problems);
    }

    private static BatchLoader open(List<LabeledImage> images, ImageStore store, LoaderOptions options,
                                    Optional<LongFunction<MemorySegment>> memory, Consumer<Problem> problems) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("there are no images to load");
        }
        if (store.imageSize() != options.imageSize()) {
            throw new IllegalArgumentException("the store has images of %d px, but the loader needs %d px".formatted(
                    store.imageSize(), options.imageSize()));
        }
        return new BatchLoader(images, store, options, memory, problems);
    }

    private long largestSampleBytes() {
        EpochOrder order = new EpochOrder(options, images, 0);
        int side = options.imageSize();
        if (options.rect()) {
            side = IntStream.range(0, order.batches()).mapToObj(order::shape)
                    .mapToInt(shape -> Math.max(shape.height(), shape.width())).max().orElseThrow();
        }
        int scaled = (int) Math.ceil(side * (1 + options.multiScale()));
        int largest = Math.ceilDiv(scaled, options.stride()) * options.stride()
                + (options.multiScale() > 0 ? options.stride() : 0);
        return Mats.bytes(largest, largest);
    }

    /// Every shape that a batch of any epoch can have, largest first.
    public List<BatchShape> shapes() {
        return shapes(images, options);
    }

    /// The same without a loader.
    public static List<BatchShape> shapes(List<LabeledImage> images, LoaderOptions options) {
        return options.rect() ? new EpochOrder(options, images, 0).shapes() : BatchShape.square(options, images.size());
    }

    /// Batches per epoch, the same on all ranks.
    public int batches() {
        return Math.ceilDiv(images.size(), options.batchSize());
    }

    /// Images of a batch, of all ranks together.
    ///
    /// @param batch from 0
    public int images(int batch) {
        return Math.min(options.batchSize(), images.size() - batch * options.batchSize());
    }

    /// Memory of the decoded images that are held for reuse, bytes.
    public long heldImageBytes() {
        return store.heldBytes();
    }

    /// Nanoseconds for which consumers have waited for batches of this loader so far. Without workers all loading is
    /// waiting.
    public long waitedNanos() {
        return waited.sum();
    }

    /// The number of images of the split.
    public int imageCount() {
        return images.size();
    }

    public LoaderOptions options() {
        return options;
    }

    /// The batches of an epoch, from 0. The caller closes the iterator. Several may be open at once.
    public EpochBatches epoch(int epoch) {
        return epoch(epoch, options.augmentation(), 0, 1);
    }

    /// The batches of one of several ranks that validate together: number `rank`, `rank + ranks`, ... of all batches,
    /// each as a whole, so that predictions do not depend on the number of ranks.
    public EpochBatches share(int rank, int ranks) {
        return epoch(0, options.augmentation(), rank, ranks);
    }

    /// The same with another augmentation, such as [Augmentation#withoutMosaic()] for the last epochs.
    public EpochBatches epoch(int epoch, Augmentation augmentation) {
        return epoch(epoch, augmentation, 0);
    }

    /// The same from batch `firstBatch` on, to resume an interrupted epoch: batches equal those of the whole epoch.
    public EpochBatches epoch(int epoch, Augmentation augmentation, int firstBatch) {
        if (options.augmentation().isEmpty()) {
            throw new IllegalArgumentException("this loader was opened for validation, which is not augmented");
        }
        return epoch(epoch, Optional.of(augmentation), firstBatch, 1);
    }

    private EpochBatches epoch(int epoch, Optional<Augmentation> augmentation, int firstBatch, int step) {
        EpochOrder order = new EpochOrder(options, images, epoch);
        Optional<Augmentation> effective = options.rect() ? augmentation.map(Augmentation::forRectangles)
                : augmentation;
        Executor executor = options.workers() == 0 ? Runnable::run : workers;
        int prefetch = options.workers() == 0 ? 0 : options.prefetch();
        return new EpochBatches(firstBatch, step, order.batches(), prefetch,
                batch -> new PendingBatch(maker, pool, order, effective, batch, executor), waited::add);
    }

    /// Waits for the workers and frees all memory, including that of open batches. Close iterators first.
    @Override
    public void close() {
        workers.close();
        if (ownsStore) {
            store.close();
        }
        arena.close();
    }
}
