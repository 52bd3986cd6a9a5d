/// What the CPU engine asks of its host: element types that the processor computes in, and the C library's allocator.
///
/// Reading order: [CpuFeatures], [NativeMemory].
///
/// May import: the JDK.
package io.yolofit.engine.cpu.host;
