/// The CPU engine: calls libtorch operators one by one, forward and backward, without autograd. Kernels are plain Java
/// where that is as fast (updates) or where libtorch has no operator (the detection loss, in `detect`).
///
/// Activations are libtorch tensors in channels-last order, which is the graph's NHWC; a tensor is freed after its last
/// reader. Persistent buffers are native memory that tensors and Java kernels share.
///
/// Reading order: [CpuProvider] (what other modules open it through), [CpuEngine], [CpuExecutable], [Kernel] and
/// [TensorTable], [Kernels], then the kernel families, which have the names of the interpreter's and of the CUDA
/// engine's; [UpdateKernels] uses [ParameterUpdate]. `host` has what is asked of the processor and the C library.
///
/// May import: `io.yolofit.base`, `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.engine.cpu.detect`,
/// `io.yolofit.engine.cpu.host`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.plan`,
/// `io.yolofit.graph.recompute`, `org.bytedeco.javacpp` and `org.bytedeco.pytorch`.
package io.yolofit.engine.cpu;
