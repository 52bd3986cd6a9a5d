package io.yolofit.data.cache;

import io.yolofit.data.dataset.LabeledImage;
import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.opencv.opencv_core.Mat;

/// Images at their load size, by number. Thread-safe.
public sealed interface ImageStore extends AutoCloseable permits CachedImages, DecodedImages, RecentImages {

    /// Pixels of image `index`, RGB, read-only. The caller closes the matrix, and closes it before the store.
    /// Throws [IOException] if the image cannot be read, or if it has changed since the scan.
    Mat load(int index) throws IOException;

    /// The long side of the images in pixels.
    int imageSize();

    /// Whether [#load(int)] reads from a cache instead of decoding.
    boolean isCached();

    /// Memory of the decoded images that this store holds now, bytes.
    long heldBytes();

    @Override
    void close();

    /// A store that decodes at every use.
    static ImageStore uncached(List<LabeledImage> images, int imageSize) {
        return new DecodedImages(images, imageSize);
    }

    /// Builds the cache, or opens the complete file of an earlier run. Call [CacheEstimate#requireFits()] or
    /// [CacheEstimate#orNone()] first and show its announcement: this throws `IllegalArgumentException` for an estimate
    /// that does not fit. An image that cannot be read is left out, and loading it throws as without a cache.
    ///
    /// @param progress receives the number of images done, called by the workers
    static ImageStore open(List<LabeledImage> images, CacheEstimate estimate, int threads, IntConsumer progress) {
        if (!estimate.fits()) {
            throw new IllegalArgumentException("the cache does not fit: " + estimate.announcement());
        }
        return switch (estimate.mode()) {
            case NONE -> uncached(images, estimate.imageSize());
            case RAM -> CachedImages.inMemory(images, estimate.imageSize(), threads, progress);
            case DISK -> CachedImages.onDisk(images, estimate, threads, progress);
        };
    }

    /// An LRU cache in front of another store, bounded in bytes: mosaics use each image several times within a short
    /// time. Closing it does not close the other store.
    static ImageStore recent(ImageStore store, long bytes) {
        return new RecentImages(store, bytes);
    }
}
