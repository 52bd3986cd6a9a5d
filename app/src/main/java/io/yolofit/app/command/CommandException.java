package io.yolofit.app.command;

/// A failure that the user can do something about: its message says what was wrong, where, and what to do.
/// It is shown without a stack trace.
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
