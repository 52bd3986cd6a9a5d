/// Kernels of all ops: which source, which grid, which arguments. Sources are resources, in the folder `kernels` of the
/// package above, each with formula, shapes, types, launch and traffic at its head.
///
/// Reading order: [KernelContext] and [DeviceTensor] (a node at its addresses), [CudaKernel], [Kernels] (which op has
/// which), then the families: [ConvolutionKernels] with [FirstConvKernels], [NormalizationKernels], and the others.
/// [CudaWorkspace] says what scratch memory they need, and what runs beside what, without a device.
///
/// May import: `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`, `io.yolofit.graph` and its packages
/// `op` and `plan`.
package io.yolofit.engine.cuda.kernel;
