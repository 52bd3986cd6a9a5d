/// Our own kernels for convolutions of 3x3 windows with few channels, beside cuDNN's.
///
/// Reading order: [Conv3x3Algorithms] (what [io.yolofit.engine.cuda.dnn.Convolutions] may choose), [Conv3x3Kernels]
/// (forward and data gradient: `conv3x3.cu`), [Conv3x3WeightGradientKernels] with [Conv3x3WeightGradientTiling]
/// (gradient of the weights: `conv3x3_weight_gradient.cu`).
///
/// May import: `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`, `io.yolofit.graph` and its package `op`.
package io.yolofit.engine.cuda.conv3x3;
