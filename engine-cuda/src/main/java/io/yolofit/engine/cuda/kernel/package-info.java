/// Kernels of all ops: source, grid and arguments of each. The sources are resources in the folder `kernels` of the
/// package above, in a folder for each family of ops; the header of each gives formula, shapes, types, launch, traffic
/// and reference. Sizes that host and kernels share are computed here and defined when a kernel is compiled.
///
/// Reading order: `binding` (a node and its addresses, and what enqueues its work), [Kernels] (the kernels of each op),
/// `tiling` (how work is split over blocks and threads), then the families: [ConvolutionKernels] with
/// [FirstConvKernels] and [DepthwiseKernels], [NormalizationKernels], [PointwiseKernels], [CopyKernels],
/// [ShapeKernels], [AttentionKernels], [DetectionKernels] with the structure in `detection`, [UpdateKernels].
/// [CudaWorkspace] gives their workspace and overlap without a device.
///
/// May import: `io.yolofit.engine`, `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`,
/// `io.yolofit.engine.cuda.kernel.binding`, `io.yolofit.engine.cuda.kernel.detection`,
/// `io.yolofit.engine.cuda.kernel.tiling`, `io.yolofit.engine.cuda.nccl`, `io.yolofit.graph`, `io.yolofit.graph.op`,
/// `io.yolofit.graph.plan` and the JDK.
package io.yolofit.engine.cuda.kernel;
