package io.yolofit.base.file;

import java.nio.file.Path;

/// The folder of everything that a later run can recompute: scans of data sets, decoded images, compiled kernels, the
/// tuning cache of convolutions, measurements of data loading. It may be deleted at any time between runs.
public final class CacheFolder {
    private CacheFolder() {}

    /// `${XDG_CACHE_HOME:-~/.cache}/yolofit`, which may not exist yet.
    public static Path path() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path caches = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(configured);
        return caches.resolve("yolofit");
    }
}
