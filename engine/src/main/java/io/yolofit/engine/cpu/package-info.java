/// The CPU engine: libtorch's operators called one by one, forward and backward, without autograd; plain Java where
/// that is as fast (updates) or where libtorch has nothing (the detection loss, in `detect`).
///
/// Activations are libtorch tensors in channels-last order, so that their memory is the graph's NHWC; they are freed
/// after the last node that reads them. Persistent buffers are plain native memory that tensors and Java code both look
/// at.
///
/// Reading order: [CpuEngine], [CpuExecutable], [Kernel] and [TensorTable], [Kernels], then the kernel families.
///
/// May import: `io.yolofit.engine`, `io.yolofit.graph`, javacpp and pytorch.
package io.yolofit.engine.cpu;
