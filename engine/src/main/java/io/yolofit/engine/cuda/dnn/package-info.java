/// Convolutions by cuDNN's backend API: described, proposed, tried, kept.
///
/// Reading order: [ConvolutionProblem], [ConvolutionAlgorithm], [Convolutions] with [Autotuner] and [TuningCache]
/// (which plan), [ConvolutionGraph] (what cuDNN is told and what it proposes), and below them [Cudnn] and [Descriptor].
///
/// May import: `io.yolofit.graph`, `io.yolofit.engine.cuda.driver` and the JDK.
package io.yolofit.engine.cuda.dnn;
