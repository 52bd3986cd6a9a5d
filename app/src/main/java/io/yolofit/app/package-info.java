/// The `yolofit` command line: from arguments to a command and an exit code.
///
/// Reading order: [Main] (entry point and list of commands), [Invocation] (command and arguments), [HelpText]
/// (generated from the option table), [ErrorReport] (how failures are reported), [Interruption] (Ctrl-C), [Version];
/// then the package `command` and the packages that the commands use: `device`, `planning`, `training`, `inference`,
/// `evaluation`, `report`, `page`, `plot`, `run`, `doctor`, `console`.
///
/// May import: `io.yolofit.app.command`, `io.yolofit.app.console`, `io.yolofit.app.device`, `io.yolofit.app.doctor`,
/// `io.yolofit.data.dataset`, `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.engine.cuda.driver`,
/// `io.yolofit.graph`, `io.yolofit.train.options`, `io.yolofit.train.plan`, `io.yolofit.train.trainer`,
/// `io.yolofit.zoo.architecture`, `io.yolofit.zoo.weights` and `picocli`.
package io.yolofit.app;
