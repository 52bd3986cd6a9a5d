package io.yolofit.app.command;

import io.yolofit.base.Failure;
import io.yolofit.base.Troubleshooting;
import io.yolofit.base.YoloFitException;

/// A failure that the user can fix: the message says what is wrong, where, and what to do. Reported without a stack
/// trace.
public final class CommandException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    private CommandException(ExitCode code, String message, Throwable cause) {
        super(Failure.naming("", message, ""), cause);
        this.code = code;
    }

    /// A failure while the command was running.
    public CommandException(String message) {
        this(ExitCode.FAILURE, message, null);
    }

    public CommandException(String message, Throwable cause) {
        this(ExitCode.FAILURE, message, cause);
    }

    /// An invalid request; nothing was started.
    public static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message, null);
    }

    /// An invalid request about which the documents have a section.
    static CommandException usage(String message, Troubleshooting section) {
        return usage(message + "\n" + section.line());
    }

    /// The exit code of the process.
    public ExitCode code() {
        return code;
    }
}
