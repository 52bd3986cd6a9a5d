/// The `yolofit` command line: from arguments to a command and an exit code.
///
/// Reading order: [Main] (entry point and list of commands), [Invocation] (command and arguments), [HelpText] and
/// [Completion] (generated from the option table), [ErrorReport] (how failures are reported), [Interruption] (Ctrl-C),
/// [NativeExit], [Version]; then the package `command` and the packages that the commands use: `planning`, `training`,
/// `evaluation`, `report`, `page`, `live`, `tensorboard`, `plot`, `doctor`, `console`. What does not concern a terminal
/// is in the module `api`.
///
/// May import: `io.yolofit.api`, `io.yolofit.api.device`, `io.yolofit.app.command`, `io.yolofit.app.console`,
/// `io.yolofit.app.doctor`, `io.yolofit.app.planning`, `io.yolofit.base`, `io.yolofit.data.dataset`,
/// `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.train.options`, `io.yolofit.train.plan.search`,
/// `io.yolofit.train.trainer`, `io.yolofit.zoo.architecture` and `io.yolofit.zoo.weights`.
package io.yolofit.app;
