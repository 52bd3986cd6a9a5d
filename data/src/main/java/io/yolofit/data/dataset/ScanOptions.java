package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import io.yolofit.base.file.CacheFolder;
import java.nio.file.Path;
import java.util.Set;

/// Options of the scan of a split.
///
/// @param cacheFolder folder for results that later runs reuse; created if missing, never inside the dataset
/// @param fraction fraction of the images to use, in (0, 1], the first by path (option `fraction`)
/// @param singleClass treat all objects as class 0 (option `single_cls`)
/// @param classes keep only objects of these classes; all if empty (option `classes`)
public record ScanOptions(Path cacheFolder, int threads, double fraction, boolean singleClass, Set<Integer> classes) {
    public ScanOptions {
        classes = Set.copyOf(classes);
        if (!(fraction > 0 && fraction <= 1)) {
            throw new DatasetException(Failure.naming("fraction=" + fraction, "fraction=" + fraction
                    + ": give a number above 0 and up to 1, such as 0.1",
                    "give a number above 0 and up to 1, such as 0.1"));
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    /// All images and classes, one thread per processor, results in [CacheFolder].
    public static ScanOptions defaults() {
        return new ScanOptions(CacheFolder.path(), Runtime.getRuntime().availableProcessors(), 1, false, Set.of());
    }

    public ScanOptions withCacheFolder(Path folder) {
        return new ScanOptions(folder, threads, fraction, singleClass, classes);
    }

    public ScanOptions withThreads(int count) {
        return new ScanOptions(cacheFolder, count, fraction, singleClass, classes);
    }

    public ScanOptions withFraction(double newFraction) {
        return new ScanOptions(cacheFolder, threads, newFraction, singleClass, classes);
    }

    public ScanOptions withSingleClass(boolean single) {
        return new ScanOptions(cacheFolder, threads, fraction, single, classes);
    }

    public ScanOptions withClasses(Set<Integer> kept) {
        return new ScanOptions(cacheFolder, threads, fraction, singleClass, kept);
    }
}
