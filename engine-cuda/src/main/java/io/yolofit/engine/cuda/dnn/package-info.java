/// Convolutions: cuDNN's backend API, the autotuner and the tuning cache.
///
/// Reading order: [ConvolutionProblem], [ConvolutionAlgorithm], [Convolutions] with [Autotuner] and [TuningCache]
/// with `TuningKey` (selection of the algorithm), [ConvolutionGraph] with [CudnnAlgorithm] (cuDNN's operation graph and
/// its engine configurations), and below them [Cudnn] and [Descriptor] with [Attribute].
///
/// May import: `io.yolofit.base.file`, `io.yolofit.engine`, `io.yolofit.engine.cuda.driver`, `io.yolofit.graph`,
/// `io.yolofit.graph.op` and the JDK.
package io.yolofit.engine.cuda.dnn;
