package io.yolofit.app.command;

import io.yolofit.app.console.Console;
import io.yolofit.train.options.Options;

/// A subcommand of `yolofit`.
@FunctionalInterface
public interface Command {
    /// Runs the command.
    ///
    /// @param options of the command's mode, complete and valid
    /// @return the exit code
    /// @throws CommandException or java.io.IOException for a failure that the user can fix
    /// @throws InterruptedException if the user stopped the command
    ExitCode run(Options options, Console console) throws Exception;
}
