/// Batches for training and validation, made ahead by worker threads, in memory that is used again.
///
/// Reading order: [LoaderOptions], [Batch], [BatchShape] and [Sample] (what comes out), [BatchLoader] (open one per
/// split), [EpochOrder] (which image goes where: pure arithmetic on seed and epoch), [EpochBatches] (the iterator),
/// [PendingBatch] (one batch in the making), [SampleMaker] (one sample). May import `augment`, `cache`, `dataset`,
/// `image` and `geometry`.
///
/// A sample is a function of (seed, epoch, position in the epoch): neither the number of workers nor their timing, nor
/// the number of ranks, nor caching changes it.
package io.yolofit.data.batch;
