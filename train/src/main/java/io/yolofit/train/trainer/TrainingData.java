package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.BGR;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.COPY_PASTE;
import static io.yolofit.train.options.OptionTable.CUTMIX;
import static io.yolofit.train.options.OptionTable.DEGREES;
import static io.yolofit.train.options.OptionTable.FLIPLR;
import static io.yolofit.train.options.OptionTable.FLIPUD;
import static io.yolofit.train.options.OptionTable.FRACTION;
import static io.yolofit.train.options.OptionTable.HSV_H;
import static io.yolofit.train.options.OptionTable.HSV_S;
import static io.yolofit.train.options.OptionTable.HSV_V;
import static io.yolofit.train.options.OptionTable.MIXUP;
import static io.yolofit.train.options.OptionTable.MOSAIC;
import static io.yolofit.train.options.OptionTable.MULTI_SCALE;
import static io.yolofit.train.options.OptionTable.PERSPECTIVE;
import static io.yolofit.train.options.OptionTable.RECT;
import static io.yolofit.train.options.OptionTable.SCALE;
import static io.yolofit.train.options.OptionTable.SEED;
import static io.yolofit.train.options.OptionTable.SHEAR;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.TRANSLATE;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.cache.CachePlan;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.LabelledImage;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.MemoryNeed;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// A run's images: scanned, cached if asked, and made into batches.
public final class TrainingData implements AutoCloseable {
    private static final int MOSAIC_IMAGES = 4;
    private static final int VALIDATION_FACTOR = 2;
    private static final int PROBLEMS_SHOWN = 10;

    private final SplitScan train;
    private final SplitScan val;
    private final ImageStore trainStore;
    private final ImageStore valStore;
    private final BatchLoader trainLoader;
    private final BatchLoader valLoader;
    private final Augmentation augmentation;
    private final int batch;

    private TrainingData(Dataset dataset, Options options, int imageSize, int stride, Consumer<String> notes) {
        batch = options.get(BATCH);
        augmentation = augmentation(options);
        ScanOptions scanOptions = ScanOptions.defaults().withSingleClass(options.get(SINGLE_CLS));
        train = scan(dataset, "train", scanOptions.withFraction(options.get(FRACTION)), notes);
        val = scan(dataset, "val", scanOptions, notes);
        Consumer<Problem> problems = problem -> notes.accept(problem.toString());
        trainStore = open(train.images(), imageSize, options.get(CACHE), notes);
        valStore = open(val.images(), imageSize, options.get(CACHE), notes);
        int workers = options.get(WORKERS);
        trainLoader = BatchLoader.open(train.images(), trainStore,
                LoaderOptions.training(imageSize, batch, augmentation, options.get(SEED), workers).withStride(stride)
                        .withRect(options.get(RECT)).withMultiScale(options.get(MULTI_SCALE)), problems);
        valLoader = BatchLoader.open(val.images(), valStore,
                LoaderOptions.validation(imageSize, VALIDATION_FACTOR * batch, workers).withStride(stride), problems);
    }

    /// Scans the dataset of `data=` and prepares its batches.
    ///
    /// @param imageSize a multiple of the stride
    /// @param notes gets the scan's summary, one line a problem, and the cache's announcement
    /// @throws io.yolofit.data.dataset.DatasetException if there is nothing to train on
    public static TrainingData open(Dataset dataset, Options options, int imageSize, int stride,
            Consumer<String> notes) {
        return new TrainingData(dataset, options, imageSize, stride, notes);
    }

    /// Scans a split, telling what it found.
    public static SplitScan scan(Dataset dataset, String split, ScanOptions options, Consumer<String> notes) {
        SplitScan scan = dataset.split(split).scan(options);
        notes.accept(scan.summary());
        scan.problems().stream().limit(PROBLEMS_SHOWN).forEach(problem -> notes.accept("  " + problem));
        if (scan.problems().size() > PROBLEMS_SHOWN) {
            notes.accept("  and " + (scan.problems().size() - PROBLEMS_SHOWN) + " more; `yolofit info data="
                    + dataset.file() + "` lists them all");
        }
        return scan;
    }

    /// Images of a split, kept decoded where that was asked for and fits.
    public static ImageStore open(List<LabelledImage> images, int imageSize, CacheChoice choice,
            Consumer<String> notes) {
        CacheMode mode = switch (choice) {
            case NONE -> CacheMode.NONE;
            case RAM -> CacheMode.RAM;
            case DISK -> CacheMode.DISK;
        };
        Path folder = ScanOptions.defaultCacheFolder();
        CachePlan plan = CachePlan.of(images, imageSize, mode, folder);
        if (mode != CacheMode.NONE) {
            notes.accept(plan.announcement());
            if (!plan.fits()) {
                plan = plan.orNone();
                notes.accept(plan.announcement());
            }
        }
        return ImageStore.open(images, plan, Runtime.getRuntime().availableProcessors(), done -> { });
    }

    private static Augmentation augmentation(Options options) {
        return new Augmentation(options.get(HSV_H), options.get(HSV_S), options.get(HSV_V), options.get(DEGREES),
                options.get(TRANSLATE), options.get(SCALE), options.get(SHEAR), options.get(PERSPECTIVE),
                options.get(FLIPUD), options.get(FLIPLR), options.get(BGR), options.get(MOSAIC), options.get(MIXUP),
                options.get(CUTMIX), options.get(COPY_PASTE));
    }

    public SplitScan train() {
        return train;
    }

    public SplitScan val() {
        return val;
    }

    public BatchLoader trainLoader() {
        return trainLoader;
    }

    public BatchLoader valLoader() {
        return valLoader;
    }

    /// How samples vary until mosaics close.
    public Augmentation augmentation() {
        return augmentation;
    }

    /// The most objects that a training batch can have: four images a mosaic, as much again for every sample that is
    /// joined, twice that if objects are pasted.
    public long trainCapacity() {
        return trainCapacity(mostObjects(train.images()), augmentation, batch);
    }

    /// The same from the most objects that an image has.
    public static long trainCapacity(long mostObjects, Augmentation augmentation, int batch) {
        long perSample = mostObjects;
        perSample *= augmentation.mosaic() > 0 ? MOSAIC_IMAGES : 1;
        perSample *= 1 + (augmentation.mixup() > 0 ? 1 : 0) + (augmentation.cutmix() > 0 ? 1 : 0);
        perSample *= augmentation.copyPaste() > 0 ? 2 : 1;
        return Math.max(1, perSample * batch);
    }

    /// The most objects that a validation batch can have.
    public long valCapacity() {
        return valCapacity(mostObjects(val.images()), batch);
    }

    /// The same from the most objects that an image has.
    public static long valCapacity(long mostObjects, int batch) {
        return Math.max(1, mostObjects * VALIDATION_FACTOR * batch);
    }

    /// The largest batches of a run with these options.
    ///
    /// @param imageSize   a multiple of the stride
    /// @param valCapacity most objects in a validation batch
    public static MemoryNeed.Batches batches(Options options, int imageSize, int stride, long valCapacity) {
        int largest = (int) Math.ceil(imageSize * (1 + options.get(MULTI_SCALE)) / stride) * stride;
        return new MemoryNeed.Batches(options.get(BATCH), largest, VALIDATION_FACTOR * options.get(BATCH), imageSize,
                valCapacity);
    }

    /// The most objects that one of the images has.
    public static int mostObjects(List<LabelledImage> images) {
        return images.stream().mapToInt(image -> image.labels().size()).max().orElse(0);
    }

    @Override
    public void close() {
        trainLoader.close();
        valLoader.close();
        trainStore.close();
        valStore.close();
    }
}
