/// Kernels of all ops: source, grid and arguments of each. The sources are resources in the folder `kernels` of the
/// package above, in a folder for each family of ops; the header of each gives formula, shapes, types, launch, traffic
/// and reference. Sizes that host and kernels share are computed here and defined when a kernel is compiled.
///
/// Reading order: [KernelContext] with [DeviceTensor] (a node and its addresses), [CudaKernel], [Kernels] (the kernels
/// of each op), [ElementwiseTiling] and [ReductionTiling], then the families: [ConvolutionKernels] with
/// [FirstConvKernels], [DepthwiseKernels] and [BiasKernels], [NormalizationKernels], [ActivationKernels],
/// [LayoutKernels], [PoolingKernels] with [PoolTiling], [AttentionKernels], [DetectionKernels] with [DetectionHead],
/// [UpdateKernels]. [CudaWorkspace] gives their workspace and overlap without a device.
///
/// May import: `io.yolofit.engine`, `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`,
/// `io.yolofit.engine.cuda.nccl`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.plan` and the JDK.
package io.yolofit.engine.cuda.kernel;
