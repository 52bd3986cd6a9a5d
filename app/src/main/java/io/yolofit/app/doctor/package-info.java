/// Checks whether a machine is ready for training.
///
/// Reading order: [Machine] (the facts), [MachineChecks] (their assessment), [Check], [EngineProbe], [LibtorchProbe],
/// [GpuChecks], [DoctorReport].
///
/// May import: `io.yolofit.app.console`, `io.yolofit.api.device`, `io.yolofit.app.plot`, `io.yolofit.base`,
/// `io.yolofit.data.dataset`, `io.yolofit.engine`, `io.yolofit.engine.cpu`, `io.yolofit.engine.cuda`,
/// `io.yolofit.train.options`, `com.fasterxml.jackson` and `org.bytedeco`.
package io.yolofit.app.doctor;
