package io.yolofit.app.command;

/// A failure that the user can do something about: its message says what was wrong, where, and what to do.
/// It is shown without a stack trace.
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    private CommandException(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Something went wrong during the work.
    public CommandException(String message) {
        this(ExitCode.FAILURE, message, null);
    }

    public CommandException(String message, Throwable cause) {
        this(ExitCode.FAILURE, message, cause);
    }

    /// What was asked for cannot be done; nothing was started.
    public static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message, null);
    }

    /// How the process ends.
    public ExitCode code() {
        return code;
    }
}
