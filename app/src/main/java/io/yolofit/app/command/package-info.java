/// The subcommands, one class each, and their common parts.
///
/// Reading order: [Command], [ExitCode], [CommandException], [Commands] (the registry), [OutputPlaces] (what is
/// checked before each), then the commands.
///
/// May import: `io.yolofit.api.device`, `io.yolofit.api.model`, `io.yolofit.api.run`, `io.yolofit.app.console`,
/// `io.yolofit.app.doctor`, `io.yolofit.app.evaluation`, `io.yolofit.app.live`, `io.yolofit.app.page`,
/// `io.yolofit.app.planning`, `io.yolofit.app.report`, `io.yolofit.app.report.data`, `io.yolofit.app.training`,
/// `io.yolofit.base`, `io.yolofit.data.check`, `io.yolofit.data.dataset`, `io.yolofit.data.importing`,
/// `io.yolofit.engine`, `io.yolofit.train.checkpoint`, `io.yolofit.train.inference`, `io.yolofit.train.options`,
/// `io.yolofit.train.options.value`, `io.yolofit.train.plan.gpu`, `io.yolofit.train.plan.search`,
/// `io.yolofit.train.ranks`, `io.yolofit.train.schedule`, `io.yolofit.train.trainer` and `io.yolofit.zoo.model`.
package io.yolofit.app.command;
