package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.CACHE;

import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Options;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// The image stores and batch loaders of a run; images are cached if `cache=` asks for it. Every phase of a run has its
/// own loader, and every image size its own store: all are open from the start.
public final class TrainingData implements AutoCloseable {
    private final TrainingImages images;
    private final Map<Integer, ImageStore> trainStores = new LinkedHashMap<>();
    private final ImageStore valStore;
    private final Map<LoaderOptions, BatchLoader> trainLoaders = new LinkedHashMap<>();
    private final BatchLoader valLoader;
    private final boolean ownsStores;

    /// The loaders of another rank over the same stores.
    private TrainingData(TrainingImages images, TrainingData shared, LongFunction<MemorySegment> memory,
            Consumer<String> notes) {
        this.images = images;
        Consumer<Problem> problems = problem -> notes.accept(problem.toString());
        trainStores.putAll(shared.trainStores);
        valStore = shared.valStore;
        ownsStores = false;
        for (LoaderOptions loading : images.phases()) {
            trainLoaders.computeIfAbsent(loading, one -> BatchLoader.open(images.train().images(),
                    trainStores.get(one.imageSize()), one, memory, problems));
        }
        valLoader = BatchLoader.open(images.val().images(), valStore, images.valLoading(), memory, problems);
    }

    private TrainingData(TrainingImages images, Options options, LongFunction<MemorySegment> memory,
            Consumer<String> notes) {
        this.images = images;
        ownsStores = true;
        Consumer<Problem> problems = problem -> notes.accept(problem.toString());
        for (LoaderOptions loading : images.phases()) {
            ImageStore store = trainStores.computeIfAbsent(loading.imageSize(), size ->
                    open(images.train().images(), size, options.get(CACHE), notes));
            trainLoaders.computeIfAbsent(loading, one ->
                    BatchLoader.open(images.train().images(), store, one, memory, problems));
        }
        valStore = open(images.val().images(), images.valLoading().imageSize(), options.get(CACHE), notes);
        valLoader = BatchLoader.open(images.val().images(), valStore, images.valLoading(), memory, problems);
    }

    /// Opens the loaders of scanned images.
    ///
    /// @param memory allocates memory for pixels that is valid until this is closed: an engine's `hostMemory`
    /// @param notes  receives the size of the cache
    public static TrainingData open(TrainingImages images, Options options, LongFunction<MemorySegment> memory,
            Consumer<String> notes) {
        return new TrainingData(images, options, memory, notes);
    }

    /// Loaders of another rank of the same process, which share the stores and so the decoded images of this one. They
    /// are closed before this one.
    ///
    /// @param slices of that rank
    /// @param memory as of [#open]
    public TrainingData share(TrainingImages slices, LongFunction<MemorySegment> memory, Consumer<String> notes) {
        return new TrainingData(slices, this, memory, notes);
    }

    /// Opens the images of a split; decoded images are cached if `choice` asks for it and the cache fits.
    public static ImageStore open(List<LabeledImage> images, int imageSize, CacheChoice choice,
            Consumer<String> notes) {
        CacheMode mode = switch (choice) {
            case NONE -> CacheMode.NONE;
            case RAM -> CacheMode.RAM;
            case DISK -> CacheMode.DISK;
        };
        Path folder = CacheFolder.path();
        CacheEstimate estimate = CacheEstimate.of(images, imageSize, mode, folder);
        if (mode != CacheMode.NONE) {
            notes.accept(estimate.announcement());
            if (!estimate.fits()) {
                estimate = estimate.orNone();
                notes.accept(estimate.announcement());
            }
        }
        return ImageStore.open(images, estimate, Runtime.getRuntime().availableProcessors(), done -> { });
    }

    /// The options with a remark on `cache=` if it asks for a cache but images are not cached, for lack of space.
    public Options explained(Options options) {
        boolean trainCached = trainStores.values().stream().allMatch(ImageStore::isCached);
        if (options.get(CACHE) == CacheChoice.NONE || trainCached && valStore.isCached()) {
            return options;
        }
        String uncached = trainCached ? "val" : valStore.isCached() ? "train" : "train and val";
        return options.explained(CACHE, "no effect on " + uncached + ": images are decoded when needed");
    }

    public TrainingImages images() {
        return images;
    }

    public SplitScan train() {
        return images.train();
    }

    public SplitScan val() {
        return images.val();
    }

    /// The loader of the first phase.
    public BatchLoader trainLoader() {
        return trainLoader(0);
    }

    /// The loader of a phase, from 0.
    public BatchLoader trainLoader(int phase) {
        return trainLoaders.get(images.phases().get(phase));
    }

    public BatchLoader valLoader() {
        return valLoader;
    }

    /// Memory of the decoded images that are held for reuse, bytes.
    public long heldImageBytes() {
        return trainLoaders.values().stream().mapToLong(BatchLoader::heldImageBytes).sum() + valLoader.heldImageBytes();
    }

    /// Nanoseconds for which training has waited for batches so far.
    public long trainWaitedNanos() {
        return trainLoaders.values().stream().mapToLong(BatchLoader::waitedNanos).sum();
    }

    /// Augmentation until `close_mosaic` turns mosaics off.
    public Augmentation augmentation() {
        return images.augmentation();
    }

    @Override
    public void close() {
        trainLoaders.values().forEach(BatchLoader::close);
        valLoader.close();
        if (ownsStores) {
            trainStores.values().forEach(ImageStore::close);
            valStore.close();
        }
    }
}
