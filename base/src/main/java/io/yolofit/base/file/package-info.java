/// Files that the program writes for itself: the cache folder, and replacing a file atomically.
///
/// Reading order: [CacheFolder], [AtomicFile].
///
/// May import: the JDK.
package io.yolofit.base.file;
