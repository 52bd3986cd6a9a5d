/// Measured throughput of batch loading on this machine: decoding and augmentation, with one worker and with all cores.
///
/// Reading order: [LoaderThroughput] (the result), [ThroughputProbe] (the measurement, bounded in time),
/// [ThroughputCache] (results of earlier measurements).
///
/// May import: `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.data.batch`, `io.yolofit.data.cache`,
/// `io.yolofit.data.dataset`, `io.yolofit.data.files`, `io.yolofit.data.image`, `com.fasterxml.jackson` and
/// `org.bytedeco.opencv`.
package io.yolofit.data.throughput;
