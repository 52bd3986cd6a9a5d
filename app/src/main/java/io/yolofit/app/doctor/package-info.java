/// Checks whether a machine is ready for training.
///
/// Reading order: [Machine] (the facts), [MachineChecks] (their assessment), [Check], [EngineProbe], [LibtorchProbe],
/// [GpuChecks], [RankChecks], [ExpectedScaling], [DoctorReport].
///
/// May import: `io.yolofit.api.device`, `io.yolofit.api.run`, `io.yolofit.app.console`, `io.yolofit.app.plot`,
/// `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.engine.cpu`,
/// `io.yolofit.train.options`, `io.yolofit.train.plan`, `io.yolofit.train.plan.gpu`, `io.yolofit.train.plan.time`,
/// `io.yolofit.train.ranks`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.model`, `com.fasterxml.jackson` and
/// `org.bytedeco`.
package io.yolofit.app.doctor;
