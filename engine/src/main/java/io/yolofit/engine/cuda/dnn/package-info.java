/// Convolutions by cuDNN's backend API: described, proposed, tried, kept.
///
/// Reading order: [ConvolutionProblem], [Convolutions] (which plan), [ConvolutionGraph] (what cuDNN is told and what it
/// proposes), [ConvolutionPlan], [PlanCache], and below them [Cudnn] and [Descriptor].
///
/// May import: `io.yolofit.graph`, `io.yolofit.engine.cuda.driver` and the JDK.
package io.yolofit.engine.cuda.dnn;
