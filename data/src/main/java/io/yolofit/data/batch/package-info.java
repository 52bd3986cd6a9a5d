/// Batches for training and validation, prefetched by worker threads into pooled buffers.
///
/// Reading order: [LoaderOptions], [Batch], [BatchShape] and [Sample] (the output), [BatchLoader] (one per split),
/// [EpochOrder] (the order of images, a pure function of seed and epoch) with [BalancedOrder], [EpochBatches] (the
/// iterator), [PendingBatch] (one batch in flight), [SampleMaker] (one sample).
///
/// May import: `io.yolofit.base`, `io.yolofit.data.augment`, `io.yolofit.data.cache`, `io.yolofit.data.dataset`,
/// `io.yolofit.data.files`, `io.yolofit.data.geometry`, `io.yolofit.data.image`, `io.yolofit.graph.op` and
/// `org.bytedeco`.
///
/// A sample is a function of (seed, epoch, position in the epoch) only: the number of workers, their timing, the number
/// of ranks and caching do not change it.
package io.yolofit.data.batch;
