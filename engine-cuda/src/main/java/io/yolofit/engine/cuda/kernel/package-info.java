/// Kernels of all ops: source, grid and arguments of each. The sources are resources in the folder `kernels` of the
/// package above; the header of each gives formula, shapes, types, launch, traffic and reference.
///
/// Reading order: [KernelContext] with [DeviceTensor] (a node and its addresses), [CudaKernel], [Kernels] (the kernels
/// of each op), [ElementwiseTiling] and [ReductionTiling], then the families: [ConvolutionKernels] with
/// [FirstConvKernels], [NormalizationKernels], [PointwiseKernels], [CopyKernels], [ShapeKernels] with [PoolTiling],
/// [AttentionKernels], [DetectionKernels] with [DetectionHead], [UpdateKernels]. [CudaWorkspace] gives their workspace
/// and overlap without a device.
///
/// May import: `io.yolofit.engine`, `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`,
/// `io.yolofit.engine.cuda.nccl`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.plan` and the JDK.
package io.yolofit.engine.cuda.kernel;
