package io.yolofit.data.batch;

import io.yolofit.data.augment.Augmentation;
import java.util.Optional;

/// Options of a batch loader.
///
/// @param imageSize long side of the network's input in pixels, a multiple of the stride (option `imgsz`)
/// @param batchSize images per batch, of all ranks together
/// @param augmentation augmentation of training samples; empty for validation, which only letterboxes
/// @param workers loader threads; 0 loads in the caller's thread
/// @param shuffle a new order in every epoch; ignored under `rect`, which orders by aspect ratio
/// @param rect rectangular batches of images of similar aspect ratio, with minimal padding
/// @param multiScale image sizes vary per batch within `imageSize * (1 +- multiScale)`, in steps of the stride
/// @param stride the network's largest stride
/// @param prefetch number of batches loaded ahead
/// @param rank number of this rank among `ranks`; a rank takes its slice of every batch: the batches of all ranks
///     together are those of one rank
/// @param balanced images with rare classes are drawn more often ([BalancedOrder]); ignored under `rect`
public record LoaderOptions(int imageSize, int batchSize, Optional<Augmentation> augmentation, long seed, int workers,
                            boolean shuffle, boolean rect, double multiScale, int stride, int prefetch,
                            int rank, int ranks, boolean balanced) {
    private static final int STRIDE = 32;
    private static final int PREFETCH = 2;

    public LoaderOptions {
        require(batchSize > 0, "batch=%d: give a positive number", batchSize);
        require(workers >= 0, "workers=%d: give 0 or a positive number", workers);
        require(prefetch >= 0, "prefetch=%d: give 0 or a positive number", prefetch);
        require(multiScale >= 0 && multiScale < 1, "multi_scale=%s: give a number from 0 to below 1", multiScale);
        require(stride > 0 && imageSize >= stride && imageSize % stride == 0,
                "imgsz=%d is not a multiple of the model's stride %d: use %d", imageSize, stride,
                Math.max(1, Math.ceilDiv(imageSize, Math.max(1, stride))) * stride);
        require(ranks > 0 && rank >= 0 && rank < ranks, "rank %d of %d ranks does not exist", rank, ranks);
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }

    /// Square batches, shuffled and augmented.
    public static LoaderOptions training(int imageSize, int batchSize, Augmentation augmentation, long seed,
            int workers) {
        return new LoaderOptions(imageSize, batchSize, Optional.of(augmentation), seed, workers, true, false, 0,
                STRIDE, PREFETCH, 0, 1, false);
    }

    /// Square batches, in order and letterboxed.
    public static LoaderOptions validation(int imageSize, int batchSize, int workers) {
        return new LoaderOptions(imageSize, batchSize, Optional.empty(), 0, workers, false, false, 0,
                STRIDE, PREFETCH, 0, 1, false);
    }

    public LoaderOptions withShuffle(boolean shuffled) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, workers, shuffled, rect, multiScale, stride,
                prefetch, rank, ranks, balanced);
    }

    public LoaderOptions withRect(boolean rectangles) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, workers, shuffle, rectangles, multiScale,
                stride, prefetch, rank, ranks, balanced);
    }

    public LoaderOptions withMultiScale(double range) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, workers, shuffle, rect, range, stride,
                prefetch, rank, ranks, balanced);
    }

    public LoaderOptions withStride(int pixels) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, workers, shuffle, rect, multiScale, pixels,
                prefetch, rank, ranks, balanced);
    }

    public LoaderOptions withPrefetch(int batches) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, workers, shuffle, rect, multiScale, stride,
                batches, rank, ranks, balanced);
    }

    /// The same with other batches and another number of workers.
    public LoaderOptions with(int images, int threads) {
        return new LoaderOptions(imageSize, images, augmentation, seed, threads, shuffle, rect, multiScale, stride,
                prefetch, rank, ranks, balanced);
    }

    /// The slice of one rank of every batch.
    public LoaderOptions withRank(int number, int count) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, workers, shuffle, rect, multiScale, stride,
                prefetch, number, count, balanced);
    }

    /// The first sample of a rank in a batch. Slices differ by at most one sample, and the first ranks have the larger
    /// ones; a slice of fewer images is never larger.
    ///
    /// @param images of the batch
    static int sliceStart(int images, int rank, int ranks) {
        return rank * (images / ranks) + Math.min(rank, images % ranks);
    }

    /// The number of samples of this rank in a batch of all ranks.
    public int slice(int images) {
        return sliceStart(images, rank + 1, ranks) - sliceStart(images, rank, ranks);
    }

    public LoaderOptions withWorkers(int threads) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, threads, shuffle, rect, multiScale, stride,
                prefetch, rank, ranks, balanced);
    }

    public LoaderOptions withBalanced(boolean balancing) {
        return new LoaderOptions(imageSize, batchSize, augmentation, seed, workers, shuffle, rect, multiScale, stride,
                prefetch, rank, ranks, balancing);
    }
}
