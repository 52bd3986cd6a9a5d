package io.yolofit.data.batch;

import io.yolofit.data.augment.RandomStream;
import io.yolofit.data.dataset.LabeledImage;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The order of images in an epoch, and the shape of every batch: a pure function of seed and epoch.
///
/// Positions count the whole epoch over all ranks. Every batch is cut into one slice of positions per rank, so that all
/// ranks have the same number of batches, of the same height and width.
final class EpochOrder {
    private static final long ORDER = 1; // purpose of a random stream, part of its key
    private static final long SIZE = 2;
    private static final long SAMPLE = 3;
    private static final long BALANCE = 4;
    /// The partners of a sample are drawn from this many positions up to its own, so that decoded images are reused by
    /// neighboring samples; they are random because the order is.
    private static final int PARTNER_WINDOW = 256;
    private static final double VALIDATION_PADDING = 0.5; // strides, under rect

    private final LoaderOptions options;
    private final List<LabeledImage> images;
    private final int epoch;
    private final int[] order;

    EpochOrder(LoaderOptions options, List<LabeledImage> images, int epoch) {
        this.options = options;
        this.images = images;
        this.epoch = epoch;
        this.order = order();
    }

    /// Height and width of a batch: of its samples, and after the resize of multi-scale.
    record Shape(int height, int width, int outputHeight, int outputWidth) {
    }

    private int[] order() {
        if (options.rect()) {
            return IntStream.range(0, images.size()).boxed()
                    .sorted(Comparator.comparingDouble(index -> aspect(images.get(index))))
                    .mapToInt(Integer::intValue).toArray();
        }
        if (options.balanced()) {
            return BalancedOrder.order(BalancedOrder.factors(images), RandomStream.of(options.seed(), epoch, BALANCE));
        }
        return options.shuffle() ? RandomStream.of(options.seed(), epoch, ORDER).permutation(images.size())
                : IntStream.range(0, images.size()).toArray();
    }

    private static double aspect(LabeledImage image) {
        return (double) image.height() / image.width();
    }

    /// Number of batches of an epoch, the same on all ranks.
    int batches() {
        return Math.ceilDiv(images.size(), options.batchSize());
    }

    /// The positions of this rank's samples of a batch.
    int[] positions(int batch) {
        int first = batch * options.batchSize();
        int count = Math.min(options.batchSize(), images.size() - first);
        return IntStream.range(first + LoaderOptions.sliceStart(count, options.rank(), options.ranks()),
                first + LoaderOptions.sliceStart(count, options.rank() + 1, options.ranks())).toArray();
    }

    /// The positions of the samples of all ranks.
    private IntStream allPositions(int batch) {
        int first = batch * options.batchSize();
        return IntStream.range(first, Math.min(first + options.batchSize(), images.size()));
    }

    /// The number of the image at a position.
    int image(int position) {
        return order[position];
    }

    /// The random stream of the sample at a position.
    RandomStream random(int position) {
        return RandomStream.of(options.seed(), epoch, SAMPLE, position);
    }

    /// The number of a random image to combine with the one at a position.
    int partner(int position, RandomStream random) {
        int back = random.below(Math.min(order.length, PARTNER_WINDOW));
        return order[Math.floorMod(position - back, order.length)];
    }

    /// Every shape that a batch of any epoch can have, largest first.
    List<BatchShape> shapes() {
        return BatchShape.delivered(options, IntStream.range(0, batches()).mapToObj(batch -> {
            BatchShape base = base(batch);
            return new BatchShape(positions(batch).length, base.height(), base.width());
        }).toList());
    }

    Shape shape(int batch) {
        BatchShape base = base(batch);
        double factor = factor(batch, Math.max(base.height(), base.width()));
        return new Shape(base.height(), base.width(), scaled(options, base.height(), factor),
                scaled(options, base.width(), factor));
    }

    /// Height and width of the samples of a batch, before multi-scale: the same in all epochs.
    private BatchShape base(int batch) {
        int height = options.imageSize();
        int width = options.imageSize();
        if (options.rect()) {
            double[] aspects = allPositions(batch)
                    .mapToDouble(position -> aspect(images.get(image(position))))
                    .toArray();
            double flattest = DoubleStream.of(aspects).min().orElseThrow();
            double tallest = DoubleStream.of(aspects).max().orElseThrow();
            height = strides(tallest < 1 ? tallest : 1);
            width = strides(flattest > 1 ? 1 / flattest : 1);
        }
        return new BatchShape(options.batchSize(), height, width);
    }

    /// A side of a rectangle: this fraction of the image size, rounded up to strides.
    private int strides(double fraction) {
        double padding = options.augmentation().isPresent() ? 0 : VALIDATION_PADDING;
        return (int) Math.ceil(fraction * options.imageSize() / options.stride() + padding) * options.stride();
    }

    private double factor(int batch, int longSide) {
        if (options.multiScale() == 0) {
            return 1;
        }
        int low = lowestSize(options);
        int size = low + RandomStream.of(options.seed(), epoch, SIZE, batch).below(sizesEnd(options) - low);
        return factor(options, size / options.stride(), longSide);
    }

    private static int lowestSize(LoaderOptions options) {
        return (int) (options.imageSize() * (1 - options.multiScale()));
    }

    private static int sizesEnd(LoaderOptions options) {
        return (int) (options.imageSize() * (1 + options.multiScale()) + options.stride());
    }

    private static double factor(LoaderOptions options, int strides, int longSide) {
        return (double) Math.max(1, strides) * options.stride() / longSide;
    }

    /// All scale factors of multi-scale for batches of the given long side.
    static DoubleStream factors(LoaderOptions options, int longSide) {
        return options.multiScale() == 0 ? DoubleStream.of(1)
                : IntStream.rangeClosed(lowestSize(options) / options.stride(), (sizesEnd(options) - 1)
                        / options.stride()).mapToDouble(strides -> factor(options, strides, longSide));
    }

    static int scaled(LoaderOptions options, int side, double factor) {
        return factor == 1 ? side : (int) Math.ceil(side * factor / options.stride() - 1e-9) * options.stride();
    }
}
