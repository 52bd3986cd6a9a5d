/// Images at their load size: decoded on demand, cached in RAM, or cached in one memory-mapped file.
///
/// Reading order: [ImageStore] (the interface), [CacheEstimate] (the size, announced before anything is built),
/// [CacheLayout], [DecodedImages], [CachedImages], [RecentImages].
///
/// May import: `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.data.dataset`, `io.yolofit.data.files`,
/// `io.yolofit.data.image` and `org.bytedeco`.
///
/// The cache file and the RAM cache share one layout: a byte per image (1 = present), padding to 4,096 bytes, then each
/// image's `[height, width, 3]` bytes. A file carries its [dataset fingerprint][io.yolofit.data.files.Fingerprint] in
/// its name and gets that name only when it is complete, so an existing file is valid.
package io.yolofit.data.cache;
