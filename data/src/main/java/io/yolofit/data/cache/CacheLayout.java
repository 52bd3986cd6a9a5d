package io.yolofit.data.cache;

import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.image.LoadSize;
import io.yolofit.data.image.Mats;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Offsets of the images in the cache. All images have their load size, so offsets follow from the scan alone.
final class CacheLayout {
    private static final int ALIGNMENT = 4096; // bytes; pixels start on a page boundary

    private final LoadSize[] sizes;
    private final long[] offsets; // one more than images; the last is the total size

    CacheLayout(List<LabeledImage> images, int imageSize) {
        sizes = images.stream().map(image -> LoadSize.of(image.height(), image.width(), imageSize))
                .toArray(LoadSize[]::new);
        offsets = new long[sizes.length + 1];
        offsets[0] = Math.ceilDiv(sizes.length, ALIGNMENT) * (long) ALIGNMENT;
        for (int i = 0; i < sizes.length; i++) {
            offsets[i + 1] = offsets[i] + Mats.bytes(sizes[i].height(), sizes[i].width());
        }
    }

    int images() {
        return sizes.length;
    }

    /// Total size of the cache.
    long bytes() {
        return offsets[sizes.length];
    }

    LoadSize size(int index) {
        return sizes[index];
    }

    MemorySegment pixels(MemorySegment cache, int index) {
        return cache.asSlice(offsets[index], offsets[index + 1] - offsets[index]);
    }
}
