/// Checks whether a machine is ready for training.
///
/// Reading order: [Machine] (the facts), [MachineChecks] (their assessment), [Check], [EngineProbe], [LibtorchProbe],
/// [GpuChecks], [DoctorReport].
///
/// May import: `app.console`, `app.device` (the choice of `device=auto`), `app.plot` (whether plots can be drawn),
/// `data.dataset` (for the cache folder), `engine`, `engine.cpu`, `engine.cuda`, `train.options`, Jackson, JavaCPP and
/// its binding of libtorch.
package io.yolofit.app.doctor;
