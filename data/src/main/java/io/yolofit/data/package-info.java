/// Data sets: from files to batches. This package holds no class.
///
/// Reading order: `files`, `dataset`, `image`, `geometry`, `cache`, `augment`, `batch`, `throughput`, `demo`, `draw`,
/// `formats`, `importing`, `check`.
///
/// May import: nothing.
package io.yolofit.data;
