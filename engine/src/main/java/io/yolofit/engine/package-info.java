/// The interface of engines, which run compiled programs. Each engine is a package and an artifact of its own: `cpu`
/// (libtorch, artifact `engine-cpu`) and `cuda` (artifact `engine-cuda`). This module knows neither.
///
/// Reading order: [Engine], [State], [Executable] with [LinkTrace], [EngineException], [OutOfDeviceMemoryException];
/// [EngineProvider] with [EngineSettings] and [EngineProviders] (how a program finds and opens the engines on its class
/// path); for GPUs [GpuEngine] with [TunedConvolution], [GpuProvider], [AllReduceReport], [Devices] with [GpuInfo],
/// [DeviceMemoryReport] and [DeviceException]. Then the packages `cpu`, `cuda` and `comm` (communication between
/// ranks).
///
/// May import: `io.yolofit.base`, `io.yolofit.engine.comm`, `io.yolofit.graph`, `io.yolofit.graph.op`,
/// `io.yolofit.graph.plan`, `io.yolofit.graph.recompute` and the JDK.
package io.yolofit.engine;
