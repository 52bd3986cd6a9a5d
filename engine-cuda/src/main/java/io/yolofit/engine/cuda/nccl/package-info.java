/// NCCL through Java's foreign function interface: sums between GPUs, and a check of them.
///
/// Reading order: [Nccl], [GpuRank], [AllReduceProbe].
///
/// May import: `io.yolofit.engine`, `io.yolofit.engine.cuda.driver`.
package io.yolofit.engine.cuda.nccl;
