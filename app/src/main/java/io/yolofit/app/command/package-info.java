/// The subcommands, one class each, and their common parts.
///
/// Reading order: [Command], [ExitCode], [CommandException], [Commands] (the registry), then the commands.
///
/// May import: `io.yolofit.app.console`, `io.yolofit.app.device`, `io.yolofit.app.doctor`,
/// `io.yolofit.app.evaluation`, `io.yolofit.app.inference`, `io.yolofit.app.page`, `io.yolofit.app.planning`,
/// `io.yolofit.app.plot`, `io.yolofit.app.report`, `io.yolofit.app.report.data`, `io.yolofit.app.run`,
/// `io.yolofit.app.training`, `io.yolofit.data.batch`, `io.yolofit.data.cache`, `io.yolofit.data.check`,
/// `io.yolofit.data.dataset`, `io.yolofit.data.draw`, `io.yolofit.data.image`, `io.yolofit.data.importing`,
/// `io.yolofit.engine.cuda`, `io.yolofit.train.advice`, `io.yolofit.train.checkpoint`, `io.yolofit.train.eval`,
/// `io.yolofit.train.inference`, `io.yolofit.train.options`, `io.yolofit.train.options.value`,
/// `io.yolofit.train.plan`, `io.yolofit.train.plan.gpu`, `io.yolofit.train.plan.search`,
/// `io.yolofit.train.program`, `io.yolofit.train.ranks`, `io.yolofit.train.schedule`, `io.yolofit.train.trainer`,
/// `io.yolofit.zoo.architecture`, `io.yolofit.zoo.model`, `io.yolofit.zoo.onnx`, `io.yolofit.zoo.weights`,
/// `com.fasterxml.jackson` and `org.snakeyaml.engine`.
package io.yolofit.app.command;
