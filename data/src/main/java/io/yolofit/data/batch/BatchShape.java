package io.yolofit.data.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/// The shape of a batch's pixels.
///
/// @param images the number of images
public record BatchShape(int images, int height, int width) {
    /// By descending number of images, then by descending number of pixels.
    private static final Comparator<BatchShape> LARGEST_FIRST = Comparator.comparingInt(BatchShape::images)
            .thenComparingLong(shape -> (long) shape.height * shape.width).reversed()
            .thenComparing(Comparator.comparingInt(BatchShape::height).reversed());

    /// Every shape of a loader of square batches: full batches and the last batch of an epoch, in all sizes of
    /// `multiScale`; largest first.
    ///
    /// @param images number of images of the split
    public static List<BatchShape> square(LoaderOptions options, int images) {
        if (options.rect()) {
            throw new IllegalArgumentException(
                    "the shapes of rectangular batches depend on the images, not on their number");
        }
        List<BatchShape> bases = new ArrayList<>();
        if (images >= options.batchSize()) {
            bases.add(new BatchShape(options.slice(options.batchSize()), options.imageSize(), options.imageSize()));
        }
        if (images % options.batchSize() > 0) {
            bases.add(new BatchShape(options.slice(images % options.batchSize()), options.imageSize(),
                    options.imageSize()));
        }
        return delivered(options, bases);
    }

    /// The given shapes in every size that `multiScale` delivers them in.
    static List<BatchShape> delivered(LoaderOptions options, Collection<BatchShape> bases) {
        LinkedHashSet<BatchShape> shapes = new LinkedHashSet<>();
        for (BatchShape base : new LinkedHashSet<>(bases)) {
            EpochOrder.factors(options, Math.max(base.height, base.width)).forEach(factor -> shapes.add(new BatchShape(
                    base.images, EpochOrder.scaled(options, base.height, factor),
                    EpochOrder.scaled(options, base.width, factor))));
        }
        return shapes.stream().sorted(LARGEST_FIRST).toList();
    }
}
