/// The subcommands, one class each, and their common parts.
///
/// Reading order: [Command], [ExitCode], [CommandException], [Commands] (the registry), then the commands.
///
/// May import: `app.console`, `app.device`, `app.doctor`, `app.evaluation`, `app.plot`, `app.report`, `app.run`,
/// `app.training`, `data.augment`, `data.batch`, `data.cache`, `data.dataset`, `data.demo`, `data.draw`, `data.image`,
/// `engine`, `engine.cpu`, `engine.cuda`, `graph`, `graph.op`, `graph.pass`, `train.checkpoint`, `train.eval`,
/// `train.inference`, `train.options`, `train.program`, `train.schedule`, `train.trainer`, `zoo.architecture`,
/// `zoo.model`, `zoo.weights`, Jackson, snakeyaml-engine.
package io.yolofit.app.command;
