/// Is this machine ready for training, and if not, what to do.
///
/// Reading order: [Machine] (the facts), [MachineChecks] (what is made of them), [Check], [EngineProbe],
/// [LibtorchProbe], [GpuChecks], [DoctorReport].
///
/// May import: the JDK, Jackson, `app.console`, `app.plot` (can it draw here?), `app.device` (what would auto take?),
/// `data` (where its cache is) and, for the probes alone, `engine` and the native library's loader.
package io.yolofit.app.doctor;
