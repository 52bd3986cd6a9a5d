/// Images at their load size, wherever they come from: decoded on demand, from RAM, or from one memory-mapped file.
///
/// Reading order: [ImageStore] (what a loader asks), [CacheEstimate] (the size, announced before anything is built),
/// [CacheLayout], [DecodedImages], [CachedImages], [RecentImages]. May import `dataset` and `image`.
///
/// The cache file and the RAM cache have one layout: a byte per image (1 = present), padding to 4,096 bytes, then each
/// image's `[height, width, 3]` bytes. A file carries its [dataset fingerprint][io.yolofit.data.dataset.Fingerprint] in
/// its name and gets that name only when it is complete, so a file that is there is valid.
package io.yolofit.data.cache;
