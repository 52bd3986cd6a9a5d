/// Checks whether a machine is ready for training.
///
/// Reading order: [Machine] (the facts), [MachineChecks] (their assessment), [Check], [EngineProbe], [LibtorchProbe],
/// [GpuChecks], [RankChecks], [DoctorReport].
///
/// May import: `io.yolofit.api.device`, `io.yolofit.app.console`, `io.yolofit.app.plot`, `io.yolofit.base`,
/// `io.yolofit.base.file`, `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.engine.cpu`,
/// `io.yolofit.train.options`, `io.yolofit.train.ranks`, `com.fasterxml.jackson` and `org.bytedeco`.
package io.yolofit.app.doctor;
