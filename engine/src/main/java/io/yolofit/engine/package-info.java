/// Running programs. What an engine promises; the engines themselves are packages of their own.
///
/// Reading order: [Engine], [State], [Executable], [OutOfDeviceMemoryException], then `cpu`.
///
/// May import: `io.yolofit.graph` and the JDK.
package io.yolofit.engine;
