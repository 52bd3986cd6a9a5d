package io.yolofit.data.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/// The shape of a batch's pixels.
///
/// @param images how many there are
public record BatchShape(int images, int height, int width) {
    /// Larger ones first: those of more images, then of more pixels.
    private static final Comparator<BatchShape> LARGEST_FIRST = Comparator.comparingInt(BatchShape::images)
            .thenComparingLong(shape -> (long) shape.height * shape.width).reversed()
            .thenComparing(Comparator.comparingInt(BatchShape::height).reversed());

    /// Every shape that a loader of square batches makes: whole batches and what is left over at an epoch's end, in all
    /// sizes of `multiScale`; the largest first.
    ///
    /// @param images of the split
    public static List<BatchShape> square(LoaderOptions options, int images) {
        if (options.rect()) {
            throw new IllegalArgumentException("the shapes of rectangles depend on the images, not on their number");
        }
        int samples = Math.ceilDiv(images, options.ranks());
        List<BatchShape> bases = new ArrayList<>();
        if (samples >= options.batchSize()) {
            bases.add(new BatchShape(options.batchSize(), options.imageSize(), options.imageSize()));
        }
        if (samples % options.batchSize() > 0) {
            bases.add(new BatchShape(samples % options.batchSize(), options.imageSize(), options.imageSize()));
        }
        return delivered(options, bases);
    }

    /// In all the sizes in which batches are delivered that are made in these.
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
