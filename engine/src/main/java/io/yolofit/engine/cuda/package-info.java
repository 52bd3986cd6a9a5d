/// The CUDA engine: cuDNN's convolutions, our own kernels for everything else and for convolutions of few channels, one
/// arena, one CUDA graph a program. No libtorch. Below it, `kernel` has the kernels of all ops, `conv3x3` those of 3x3
/// convolutions; `dnn` is cuDNN and the choice among plans, and `driver` the driver's API, the compiler and monitoring:
/// these know nothing of programs.
///
/// Reading order: [CudaEngine], [CudaExecutable] with [SideStream], [Staging], [InputSlot] and [OutputSlots],
/// [CudaState]; [Devices] finds GPUs, [MemoryMonitor] says who holds how much of one. Then the package `kernel`.
///
/// # A step
/// Inputs come to the arena's staging area on a stream of their own, while the step before still runs ([Staging]). A
/// step waits for them, takes them to their places, and then is one launch of a graph that was captured when the
/// program was compiled: every kernel with its addresses, nothing to decide and nothing to wait for. What changes from
/// step to step (learning rates, loss scale, how many objects) lies in device memory. Results are copied to pinned
/// memory behind the graph and read whenever the caller likes ([OutputSlots]), one step late in training.
///
/// Gradients of weights run beside the backward pass, on a stream of their own within the graph ([SideStream]): nothing
/// waits for them before the update. The memory plan knows until when each may run and keeps its operands so long.
///
/// # Same numbers
/// Every sum is taken in a fixed order; kernels of cuDNN that are not so are never chosen; and which kernel is fastest
/// is measured once and then kept on disk. So two runs on one device give the same bits.
///
/// May import: `io.yolofit.engine`, `io.yolofit.graph` and its packages `op` and `plan`.
package io.yolofit.engine.cuda;
