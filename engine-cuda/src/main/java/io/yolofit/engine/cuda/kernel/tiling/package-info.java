/// How kernels split their operands over blocks and threads: pure functions of shapes, types and alignments.
///
/// Reading order: [ElementwiseTiling], [ReductionTiling], [ClusterTiling], [PoolTiling].
///
/// May import: `io.yolofit.engine.cuda.driver`, `io.yolofit.engine.cuda.kernel.binding`, `io.yolofit.graph`,
/// `io.yolofit.graph.op` and the JDK.
package io.yolofit.engine.cuda.kernel.tiling;
