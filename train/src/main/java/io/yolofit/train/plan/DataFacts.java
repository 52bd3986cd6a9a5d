package io.yolofit.train.plan;

import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.BatchShape;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.train.program.InputShape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a plan needs to know of a data set.
///
/// @param trainImages  number of training images; if empty, all batches are full
/// @param valImages    the same of the validation split
/// @param trainObjects maximum number of objects in a training image
/// @param valObjects   the same of the validation split
/// @param scanned      the images, for the shapes of rectangular batches; if empty, batches are square
public record DataFacts(OptionalInt trainImages, OptionalInt valImages, int trainObjects, int valObjects,
        Optional<Scanned> scanned) {
    /// Objects in an image if no data set is given; the maximum in COCO is 93.
    public static final int ASSUMED_OBJECTS = 100;

    /// Scanned images.
    public record Scanned(List<LabeledImage> train, List<LabeledImage> val) {
    }

    /// The facts of scanned splits.
    public static DataFacts of(SplitScan train, SplitScan val) {
        return new DataFacts(OptionalInt.of(train.images().size()), OptionalInt.of(val.images().size()),
                mostObjects(train.images()), mostObjects(val.images()),
                Optional.of(new Scanned(train.images(), val.images())));
    }

    /// No data set: full square batches of images with up to [#ASSUMED_OBJECTS] objects.
    public static DataFacts assumed() {
        return new DataFacts(OptionalInt.empty(), OptionalInt.empty(), ASSUMED_OBJECTS, ASSUMED_OBJECTS,
                Optional.empty());
    }

    /// A number of training images that were not scanned: a lower bound of the memory whatever their labels are.
    public static DataFacts unlabeled(int trainImages) {
        return new DataFacts(OptionalInt.of(trainImages), OptionalInt.of(1), 0, 0, Optional.empty());
    }

    /// Shapes of all training batches, the largest first.
    List<InputShape> trainShapes(LoaderOptions loading) {
        return shapes(scanned.map(Scanned::train), trainImages, loading);
    }

    /// Shapes of all validation batches, the largest first.
    List<InputShape> valShapes(LoaderOptions loading) {
        return shapes(scanned.map(Scanned::val), valImages, loading);
    }

    private static List<InputShape> shapes(Optional<List<LabeledImage>> images, OptionalInt count,
            LoaderOptions loading) {
        return Loading.shapes(images.isPresent() ? BatchLoader.shapes(images.get(), loading)
                : BatchShape.square(loading.withRect(false), count.orElse(loading.batchSize())));
    }

    /// The maximum number of objects in an image.
    public static int mostObjects(List<LabeledImage> images) {
        return images.stream().mapToInt(image -> image.labels().size()).max().orElse(0);
    }
}
