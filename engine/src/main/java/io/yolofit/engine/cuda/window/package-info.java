/// Our own kernels for convolutions of 3x3 windows with few channels, beside cuDNN's.
///
/// Reading order: [WindowConvolutions] (what [io.yolofit.engine.cuda.dnn.Convolutions] may choose), [WindowKernels]
/// (forward and data gradient: `window.cu`), [WindowGradientKernels] with [WindowGradientTiles] (gradient of the
/// weights: `window_gradient.cu`).
///
/// May import: `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`, `io.yolofit.graph` and its package `op`.
package io.yolofit.engine.cuda.window;
