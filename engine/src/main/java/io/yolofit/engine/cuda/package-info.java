/// The CUDA engine: cuDNN's convolutions, our own kernels for everything else and for a model's first convolution, one
/// arena, one CUDA graph a program. No libtorch. The packages below it know nothing of graphs and programs: `driver` is
/// the driver's API, the compiler and monitoring; `dnn` is cuDNN.
///
/// Reading order: [CudaEngine], [CudaExecutable], [Site] and [CudaKernel], [Kernels], then the kernel families:
/// [ConvolutionKernels], [NormalizationKernels] with `bnact.cu`, and the others. Sources of kernels are resources beside
/// the classes, in `kernels`, each with formula, shapes, launch and traffic at its head.
///
/// # A step
/// Inputs come to the arena's staging area on a stream of their own, while the step before still runs ([Staging]). A
/// step waits for them, takes them to their places, and then is one launch of a graph that was captured when the program
/// was compiled: every kernel with its addresses, nothing to decide and nothing to wait for. What changes from step to
/// step (learning rates, loss scale, how many objects) lies in device memory. Results are copied to pinned memory behind
/// the graph and read whenever the caller likes ([OutputSlots]), one step late in training.
///
/// # Same numbers
/// Every sum is taken in a fixed order; kernels of cuDNN that are not so are never chosen; and which kernel is fastest
/// is measured once and then kept on disk. So two runs on one device give the same bits.
///
/// May import: `io.yolofit.engine`, `io.yolofit.graph` and its packages `op` and `plan`.
package io.yolofit.engine.cuda;
