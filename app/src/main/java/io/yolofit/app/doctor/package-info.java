/// Is this machine ready for training, and if not, what to do.
///
/// Reading order: [Machine] (the facts), [MachineChecks] (what is made of them), [Check], [EngineProbe],
/// [LibtorchProbe], [DoctorReport].
///
/// May import: the JDK, Jackson, `app.console`, `app.plot` (can it draw here?) `data` (where its cache is) and,
/// for the probe alone, `engine` and the native library's loader.
package io.yolofit.app.doctor;
