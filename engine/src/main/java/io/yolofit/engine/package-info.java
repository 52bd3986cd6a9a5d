/// The interface of engines, which run compiled programs. Each engine is a package of its own: `cpu`, `cuda`.
///
/// Reading order: [Engine], [State], [Executable] with [LinkTrace], [EngineException], [OutOfDeviceMemoryException], then
/// the packages `cpu`, `cuda` and `comm` (communication between ranks).
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.plan`, `io.yolofit.graph.recompute` and the
/// JDK.
package io.yolofit.engine;
