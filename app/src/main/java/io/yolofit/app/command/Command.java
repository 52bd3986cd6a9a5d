package io.yolofit.app.command;

import io.yolofit.app.console.Console;
import io.yolofit.train.options.Options;

/// What `yolofit <word>` does.
@FunctionalInterface
public interface Command {
    /// Does the work.
    ///
    /// @param options of the command's mode, complete and valid
    /// @return how it ended
    /// @throws CommandException or java.io.IOException for a failure that the user can do something about
    /// @throws InterruptedException if the user stopped it
    ExitCode run(Options options, Console console) throws Exception;
}
