/// What kernels are bound to: a node with its addresses, and the result, which enqueues work on a stream.
///
/// Reading order: [KernelContext] with [DeviceTensor], [CudaKernel].
///
/// May import: `io.yolofit.engine.cuda.driver`, `io.yolofit.graph`, `io.yolofit.graph.plan` and the JDK.
package io.yolofit.engine.cuda.kernel.binding;
