/// NVIDIA's driver, run-time compiler and monitoring library, called through Java's foreign function interface.
///
/// Reading order: [NativeLibrary], [Driver], [Device], [Stream] with [Event] and [StepGraph], [Nvrtc] with [Sources]
/// and [Launch], [Nvml]. Device addresses and handles are 64-bit numbers; everything that owns one is closed by
/// whoever made it.
///
/// May import: the JDK.
package io.yolofit.engine.cuda.driver;
