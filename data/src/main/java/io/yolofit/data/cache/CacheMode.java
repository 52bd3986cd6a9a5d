package io.yolofit.data.cache;

/// The cache of decoded and resized images (option `cache`).
public enum CacheMode {
    /// No cache: every use decodes the file.
    NONE,
    /// In native memory, for this run.
    RAM,
    /// In one memory-mapped file in the cache folder, reused by later runs.
    DISK
}
