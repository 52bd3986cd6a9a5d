/// The CUDA driver API, NVRTC and NVML, called through Java's foreign function interface.
///
/// Reading order: [NativeLibrary], [Driver] with [CudaException], [Device], [Stream] with [Event] and [StepGraph],
/// [Nvrtc] with [Sources], [Launch] with [LaunchConfiguration], [Nvml], [Nvtx]. Device addresses and handles are 64-bit
/// numbers. The creator of an object that owns a handle closes it.
///
/// May import: `io.yolofit.base.file`, `io.yolofit.engine` and the JDK.
package io.yolofit.engine.cuda.driver;
