/// The commands, one class each, and what they have in common.
///
/// Reading order: [Command], [ExitCode], [CommandException], [Commands] (the registry), then the commands.
///
/// May import: `train` (options and everything below), and the packages of `app` that draw, print and write.
package io.yolofit.app.command;
