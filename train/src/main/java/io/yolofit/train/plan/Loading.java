package io.yolofit.train.plan;

import static io.yolofit.train.options.OptionTable.BALANCED;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.BGR;
import static io.yolofit.train.options.OptionTable.COPY_PASTE;
import static io.yolofit.train.options.OptionTable.CUTMIX;
import static io.yolofit.train.options.OptionTable.DEGREES;
import static io.yolofit.train.options.OptionTable.FLIPLR;
import static io.yolofit.train.options.OptionTable.FLIPUD;
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
import static io.yolofit.train.options.OptionTable.TRANSLATE;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.BatchShape;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.InputShape;
import java.util.List;

/// The loader options of a run, and what follows from them for its programs: batch shapes, and the number of objects
/// that a batch may have. Plan and run both take them from here.
public final class Loading {
    private static final int MOSAIC_IMAGES = 4;
    private static final int VALIDATION_FACTOR = 2;

    private Loading() {}

    /// Loader options of training batches.
    ///
    /// @param imageSize a multiple of the stride, in pixels
    public static LoaderOptions training(Options options, int imageSize, int stride) {
        return LoaderOptions.training(imageSize, options.get(BATCH), augmentation(options), options.get(SEED),
                options.get(WORKERS)).withStride(stride).withRect(options.get(RECT))
                .withMultiScale(options.get(MULTI_SCALE)).withBalanced(options.get(BALANCED));
    }

    /// Loader options of validation batches.
    ///
    /// @param imageSize a multiple of the stride, in pixels
    public static LoaderOptions validation(Options options, int imageSize, int stride) {
        return LoaderOptions.validation(imageSize, validationBatch(options), options.get(WORKERS)).withStride(stride);
    }

    /// Images of a full validation batch: twice a training batch, if `val_batch` is not given.
    public static int validationBatch(Options options) {
        return options.find(VAL_BATCH).orElseGet(() -> VALIDATION_FACTOR * options.get(BATCH));
    }

    /// The augmentation of these options, until `close_mosaic` turns mosaics off.
    public static Augmentation augmentation(Options options) {
        return new Augmentation(options.get(HSV_H), options.get(HSV_S), options.get(HSV_V), options.get(DEGREES),
                options.get(TRANSLATE), options.get(SCALE), options.get(SHEAR), options.get(PERSPECTIVE),
                options.get(FLIPUD), options.get(FLIPLR), options.get(BGR), options.get(MOSAIC), options.get(MIXUP),
                options.get(CUTMIX), options.get(COPY_PASTE));
    }

    /// Upper bound of the objects in a training batch: a mosaic has four images, mixup and cutmix each join another
    /// sample, and copy-paste doubles the count.
    ///
    /// @param mostObjects maximum number of objects in an image
    public static long trainCapacity(long mostObjects, Augmentation augmentation, int batch) {
        long perSample = mostObjects;
        perSample *= augmentation.mosaic() > 0 ? MOSAIC_IMAGES : 1;
        perSample *= 1 + (augmentation.mixup() > 0 ? 1 : 0) + (augmentation.cutmix() > 0 ? 1 : 0);
        perSample *= augmentation.copyPaste() > 0 ? 2 : 1;
        return Math.max(1, perSample * batch);
    }

    /// Upper bound of the objects in a validation batch.
    ///
    /// @param mostObjects maximum number of objects in an image
    /// @param batch       images of a validation batch
    public static long valCapacity(long mostObjects, int batch) {
        return Math.max(1, mostObjects * batch);
    }

    /// Batch shapes of loaders as input shapes of programs.
    public static List<InputShape> shapes(List<BatchShape> shapes) {
        return shapes.stream().map(shape -> new InputShape(shape.images(), shape.height(), shape.width())).toList();
    }
}
