/// The `yolofit` command line: from arguments to a command and an exit code.
///
/// Reading order: [Main] (entry point and list of commands), [Invocation] (command and arguments), [HelpText]
/// (generated from the option table), [ErrorReport] (how failures are reported), [Interruption] (Ctrl-C), [Version];
/// then the package `command` and the packages that the commands use: `device`, `training`, `evaluation`, `report`,
/// `plot`, `run`, `doctor`, `console`.
///
/// May import: `app.command`, `app.console`, `app.device`, `app.doctor`, `data.dataset`, `engine`,
/// `engine.cuda.driver`, `graph`, `train.options`, `train.trainer`, `zoo.architecture`, `zoo.weights`, picocli.
package io.yolofit.app;
