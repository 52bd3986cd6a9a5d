package io.yolofit.data.cache;

/// Where decoded and resized images are kept (option `cache`).
public enum CacheMode {
    /// Nowhere: every use decodes.
    NONE,
    /// In memory, off the heap, for the run.
    RAM,
    /// In one memory-mapped file in the cache folder, for later runs too.
    DISK
}
