package io.yolofit.data.cache;

import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The size of a cache, computed before it is built. If it does not fit, the caller either stops ([#requireFits()]) or
/// continues without a cache ([#orNone()]) and shows the announcement. If the cache folder is not writable, the
/// estimate is that of no cache, and the announcement says why.
///
/// @param bytesNeeded bytes still to be written; 0 without a cache, or if the file of an earlier run is reused
/// @param bytesFree bytes available: free RAM, or free space on the cache folder's disk
/// @param file the cache file under [CacheMode#DISK], else null
/// @param announcement one line for the user
public record CacheEstimate(CacheMode mode, int imageSize, long bytesNeeded, long bytesFree, Path file,
                        String announcement) {
    /// Fraction of free RAM that a cache may take; the rest is left to the system and to training.
    private static final double USABLE_RAM = 0.8;
    private static final int FORMAT = 1;
    private static final int NAME_DIGITS = 24;

    /// Estimates the size of a cache of these images, and measures the space that is free.
    public static CacheEstimate of(List<LabeledImage> images, int imageSize, CacheMode mode, Path cacheFolder) {
        return of(images, imageSize, mode, cacheFolder, FreeMemory.bytes());
    }

    static CacheEstimate of(List<LabeledImage> images, int imageSize, CacheMode mode, Path cacheFolder,
            long freeMemory) {
        long bytes = new CacheLayout(images, imageSize).bytes();
        return switch (mode) {
            case NONE -> none(imageSize, "images are decoded when needed (no cache)");
            case RAM -> {
                long free = (long) (freeMemory * USABLE_RAM);
                yield new CacheEstimate(mode, imageSize, bytes, free, null,
                        "RAM cache: %d images at %d px take %s of %s usable memory".formatted(
                                images.size(), imageSize, human(bytes), human(free)));
            }
            case DISK -> onDisk(images, imageSize, bytes, cacheFolder);
        };
    }

    private static CacheEstimate none(int imageSize, String announcement) {
        return new CacheEstimate(CacheMode.NONE, imageSize, 0, Long.MAX_VALUE, null, announcement);
    }

    private static CacheEstimate onDisk(List<LabeledImage> images, int imageSize, long bytes, Path cacheFolder) {
        Fingerprint content = new Fingerprint().add(FORMAT).add(imageSize);
        images.forEach(image -> content.addFile(image.path()).add(image.width()).add(image.height()));
        Path folder = cacheFolder.resolve("images");
        Path file = folder.resolve("%s-%d.bin".formatted(content.hex().substring(0, NAME_DIGITS), imageSize));
        try {
            Files.createDirectories(folder);
            if (!Files.isWritable(folder)) {
                return unwritable(imageSize, folder, "permission denied");
            }
            long free = Files.getFileStore(folder).getUsableSpace();
            if (Files.exists(file) && Files.size(file) == bytes) {
                return new CacheEstimate(CacheMode.DISK, imageSize, 0, free, file,
                        "disk cache: %s of an earlier run are reused from %s".formatted(human(bytes), file));
            }
            return new CacheEstimate(CacheMode.DISK, imageSize, bytes, free, file,
                    "disk cache: %d images at %d px take %s of %s free at %s".formatted(
                            images.size(), imageSize, human(bytes), human(free), file));
        } catch (IOException e) {
            return unwritable(imageSize, folder, FileFailure.reason(e));
        }
    }

    private static CacheEstimate unwritable(int imageSize, Path folder, String reason) {
        return none(imageSize, ("cache=disk: the folder %s cannot be used: %s; images are decoded when needed instead. "
                + "Make it writable, or set XDG_CACHE_HOME to another one").formatted(folder, reason));
    }

    public boolean fits() {
        return bytesNeeded <= bytesFree;
    }

    /// Returns this estimate if it fits; otherwise throws [DatasetException] with both sizes and what to do.
    public CacheEstimate requireFits() {
        if (!fits()) {
            throw new DatasetException(Failure.naming("cache=" + mode.name().toLowerCase(Locale.ROOT), refusal(),
                    "use cache=false, another kind of cache, a smaller imgsz, or free some"));
        }
        return this;
    }

    /// Returns this estimate if it fits, else one without a cache whose announcement says why.
    public CacheEstimate orNone() {
        return fits() ? this : none(imageSize, refusal() + "; images are decoded when needed instead");
    }

    private String refusal() {
        return "cache=%s does not fit: the images at %d px take %s, but only %s are free".formatted(
                mode.name().toLowerCase(Locale.ROOT), imageSize, human(bytesNeeded), human(bytesFree));
    }

    private static String human(long bytes) {
        return bytes < 1L << 30 ? String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1L << 20))
                : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
