/// Our own algorithms for 3x3 convolutions with few channels, in multiples of 16; candidates of the autotuner next to
/// cuDNN's. Forward and weight gradient have stride 1, the data gradient stride 1 or 2. A model's first convolution, of
/// three channels, is not among them: `io.yolofit.engine.cuda.kernel.FirstConvKernels`.
///
/// Reading order: [Conv3x3Algorithms] (the candidates for [io.yolofit.engine.cuda.dnn.Convolutions]), [Conv3x3Kernels]
/// (forward and data gradient: `conv3x3.cu`), [Conv3x3WeightGradientKernels] with [Conv3x3WeightGradientTiling] (weight
/// gradient: `conv3x3_weight_gradient.cu`).
///
/// May import: `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`, `io.yolofit.graph`,
/// `io.yolofit.graph.op` and the JDK.
package io.yolofit.engine.cuda.conv3x3;
