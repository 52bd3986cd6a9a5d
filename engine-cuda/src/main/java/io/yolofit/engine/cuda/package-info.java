/// The CUDA engine: convolutions by cuDNN or by our own kernels for few channels, all other ops by our own kernels, one
/// arena, one CUDA graph per program. It does not use libtorch. Its packages: `kernel` binds the kernels of all ops
/// and has those of first and of depthwise convolutions, `conv3x3` has those of other 3x3 convolutions, `dnn` calls
/// cuDNN and tunes convolutions, `driver` calls the driver API,
/// NVRTC and NVML, `nccl` sums between GPUs. `dnn`, `driver` and `nccl` know nothing of programs.
///
/// Reading order: [CudaProvider] (what other modules open it through), [CudaEngine] with [CudaOptions]; [CudaContext],
/// which it shares with its programs, with [Streams] and [PinnedMemory]; [CudaExecutable] with [Lanes] and
/// [TraceEvents] ([RecordedEvents]), [Staging], [InputSlot] and [OutputSlots], [CudaState]; [GpuSearch] finds GPUs,
/// [MemoryMonitor] measures their memory. Then the packages `kernel`, `dnn`, `conv3x3`, `driver` and `nccl`.
///
/// # A step
/// Inputs are copied to the arena's staging area on a copy stream that overlaps the previous step ([Staging]). A step
/// waits for them, copies them to the addresses at which its kernels read them, and launches the CUDA graph that was
/// captured when the program was compiled: all kernels with fixed addresses, without host decisions or synchronization.
/// Values that change from step to step (learning rates, loss scale, number of objects) are in device memory. Results
/// are copied to pinned host memory after the graph and read asynchronously ([OutputSlots]), in training one step
/// behind.
///
/// Weight gradients overlap the rest of the backward pass on a side stream within the graph ([Lanes]), because nothing
/// reads them before the update; so do branches of the forward pass and the sums of gradients over ranks, on streams
/// of their own. The program has the lane of every node and the joins, and its memory plan extends the live ranges of
/// their operands accordingly.
///
/// # Bit-identical runs
/// Reductions have a fixed order, nondeterministic cuDNN engines are never used, and the autotuner's choices are stored
/// in a tuning cache on disk. Two runs on one device give bit-identical results.
///
/// May import: `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.engine.cuda.conv3x3`,
/// `io.yolofit.engine.cuda.dnn`, `io.yolofit.engine.cuda.driver`, `io.yolofit.engine.cuda.kernel`,
/// `io.yolofit.engine.cuda.kernel.binding`, `io.yolofit.engine.cuda.nccl`, `io.yolofit.graph`, `io.yolofit.graph.op`,
/// `io.yolofit.graph.plan`, `io.yolofit.graph.recompute` and the JDK.
package io.yolofit.engine.cuda;
