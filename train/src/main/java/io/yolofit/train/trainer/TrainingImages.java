package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.BALANCED;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.BGR;
import static io.yolofit.train.options.OptionTable.CLASSES;
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
import io.yolofit.data.batch.BatchShape;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.MemoryNeed;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/// The scanned images of a run, before any is loaded: all that memory planning needs.
///
/// @param trainLoading loader options of training batches
/// @param valLoading   loader options of validation batches
public record TrainingImages(SplitScan train, SplitScan val, LoaderOptions trainLoading, LoaderOptions valLoading) {
    private static final int MOSAIC_IMAGES = 4;
    private static final int VALIDATION_FACTOR = 2;
    private static final int PROBLEMS_SHOWN = 10;

    /// Scans the data set of `data=`.
    ///
    /// @param imageSize a multiple of the stride, in pixels
    /// @param notes     receives the summary of the scan and one line per problem
    /// @throws io.yolofit.data.dataset.DatasetException if there is no image to train on
    public static TrainingImages scan(Dataset dataset, Options options, int imageSize, int stride,
            Consumer<String> notes) {
        ScanOptions scanOptions = ScanOptions.defaults().withSingleClass(options.get(SINGLE_CLS))
                .withClasses(Set.copyOf(options.get(CLASSES)));
        SplitScan train = scan(dataset, "train", scanOptions.withFraction(options.get(FRACTION)), notes);
        SplitScan val = scan(dataset, "val", scanOptions, notes);
        dataset.missing().values().forEach(reason -> notes.accept("note: " + reason));
        return of(train, val, options, imageSize, stride);
    }

    /// Scanned images with the loader options of these options.
    public static TrainingImages of(SplitScan train, SplitScan val, Options options, int imageSize, int stride) {
        return new TrainingImages(train, val, trainLoading(options, imageSize, stride),
                LoaderOptions.validation(imageSize, VALIDATION_FACTOR * options.get(BATCH), options.get(WORKERS))
                        .withStride(stride));
    }

    /// The same images with the loader options of other options.
    public TrainingImages with(Options options, int imageSize, int stride) {
        return of(train, val, options, imageSize, stride);
    }

    private static LoaderOptions trainLoading(Options options, int imageSize, int stride) {
        return LoaderOptions.training(imageSize, options.get(BATCH), augmentation(options), options.get(SEED),
                options.get(WORKERS)).withStride(stride).withRect(options.get(RECT))
                .withMultiScale(options.get(MULTI_SCALE)).withBalanced(options.get(BALANCED));
    }

    /// Scans a split and reports its summary and its problems.
    public static SplitScan scan(Dataset dataset, String split, ScanOptions options, Consumer<String> notes) {
        SplitScan scan = dataset.split(split).scan(options);
        if (split.equals("train")) {
            scan.requireObjects();
        } else {
            scan.requireLabels();
        }
        notes.accept(scan.summary());
        scan.problems().stream().limit(PROBLEMS_SHOWN).forEach(problem -> notes.accept("  " + problem));
        if (scan.problems().size() > PROBLEMS_SHOWN) {
            notes.accept("  and " + (scan.problems().size() - PROBLEMS_SHOWN) + " more; `yolofit info data="
                    + dataset.file() + "` lists them all");
        }
        return scan;
    }

    private static Augmentation augmentation(Options options) {
        return new Augmentation(options.get(HSV_H), options.get(HSV_S), options.get(HSV_V), options.get(DEGREES),
                options.get(TRANSLATE), options.get(SCALE), options.get(SHEAR), options.get(PERSPECTIVE),
                options.get(FLIPUD), options.get(FLIPLR), options.get(BGR), options.get(MOSAIC), options.get(MIXUP),
                options.get(CUTMIX), options.get(COPY_PASTE));
    }

    /// Augmentation until `close_mosaic` turns mosaics off.
    public Augmentation augmentation() {
        return trainLoading.augmentation().orElseThrow();
    }

    /// Upper bound of the objects in a training batch: a mosaic has four images, mixup and cutmix each join another
    /// sample, and copy-paste doubles the count.
    public long trainCapacity() {
        return trainCapacity(mostObjects(train.images()), augmentation(), trainLoading.batchSize());
    }

    /// The same bound from the maximum number of objects in an image.
    public static long trainCapacity(long mostObjects, Augmentation augmentation, int batch) {
        long perSample = mostObjects;
        perSample *= augmentation.mosaic() > 0 ? MOSAIC_IMAGES : 1;
        perSample *= 1 + (augmentation.mixup() > 0 ? 1 : 0) + (augmentation.cutmix() > 0 ? 1 : 0);
        perSample *= augmentation.copyPaste() > 0 ? 2 : 1;
        return Math.max(1, perSample * batch);
    }

    /// Upper bound of the objects in a validation batch.
    public long valCapacity() {
        return valCapacity(mostObjects(val.images()), trainLoading.batchSize());
    }

    /// The same bound from the maximum number of objects in an image.
    public static long valCapacity(long mostObjects, int batch) {
        return Math.max(1, mostObjects * VALIDATION_FACTOR * batch);
    }

    /// Shapes of all batches.
    public MemoryNeed.Batches batches() {
        return new MemoryNeed.Batches(shapes(BatchLoader.shapes(train.images(), trainLoading)),
                shapes(BatchLoader.shapes(val.images(), valLoading)), valCapacity());
    }

    /// Shapes of square batches, for planning without a data set.
    ///
    /// @param imageSize   a multiple of the stride, in pixels
    /// @param trainImages number of training images; if absent, all batches are full
    /// @param valImages   number of validation images; if absent, all batches are full
    /// @param valCapacity maximum number of objects in a validation batch
    public static MemoryNeed.Batches batches(Options options, int imageSize, int stride, OptionalInt trainImages,
            OptionalInt valImages, long valCapacity) {
        int batch = options.get(BATCH);
        LoaderOptions training = LoaderOptions.validation(imageSize, batch, 0).withStride(stride)
                .withMultiScale(options.get(MULTI_SCALE));
        LoaderOptions validation = LoaderOptions.validation(imageSize, VALIDATION_FACTOR * batch, 0).withStride(stride);
        return new MemoryNeed.Batches(shapes(BatchShape.square(training, trainImages.orElse(batch))),
                shapes(BatchShape.square(validation, valImages.orElse(VALIDATION_FACTOR * batch))), valCapacity);
    }

    /// Batch shapes as input shapes of programs.
    public static List<InputShape> shapes(List<BatchShape> shapes) {
        return shapes.stream().map(shape -> new InputShape(shape.images(), shape.height(), shape.width())).toList();
    }

    /// The maximum number of objects in an image.
    public static int mostObjects(List<LabeledImage> images) {
        return images.stream().mapToInt(image -> image.labels().size()).max().orElse(0);
    }
}
