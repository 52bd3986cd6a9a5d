package io.yolofit.data.cache;

import io.yolofit.data.dataset.LabeledImage;
import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.opencv.opencv_core.Mat;

/// Images at their load size, by number. Safe for use by many threads.
public sealed interface ImageStore extends AutoCloseable permits CachedImages, DecodedImages, RecentImages {

    /// Pixels of image `index`, RGB; not to be written to. The caller closes the matrix, and does so before the store.
    /// Throws [IOException] if the image can no longer be read, or is no longer what the scan saw.
    Mat load(int index) throws IOException;

    /// The long side of the images.
    int imageSize();

    /// Whether [#load(int)] is a copy from memory rather than a decoding.
    boolean isCached();

    @Override
    void close();

    /// Decodes at every use.
    static ImageStore uncached(List<LabeledImage> images, int imageSize) {
        return new DecodedImages(images, imageSize);
    }

    /// Builds what the plan says, or opens it where it is complete already. Call [CacheEstimate#requireFits()] or
    /// [CacheEstimate#orNone()] first, and show its announcement: this throws `IllegalArgumentException` for a plan
    /// that does not fit. An image that cannot be read is left out; using it fails then, as without a cache.
    ///
    /// @param progress is told the number of images done, by the workers
    static ImageStore open(List<LabeledImage> images, CacheEstimate plan, int threads, IntConsumer progress) {
        if (!plan.fits()) {
            throw new IllegalArgumentException("the cache does not fit: " + plan.announcement());
        }
        return switch (plan.mode()) {
            case NONE -> uncached(images, plan.imageSize());
            case RAM -> CachedImages.inMemory(images, plan.imageSize(), threads, progress);
            case DISK -> CachedImages.onDisk(images, plan, threads, progress);
        };
    }

    /// Remembers what was last loaded from another store, up to a number of bytes: mosaics use each image several times
    /// within a short while. Closing it does not close the other store.
    static ImageStore recent(ImageStore store, long bytes) {
        return new RecentImages(store, bytes);
    }
}
