package io.yolofit.app.console;

/// The user stopped the work; the message says how to continue.
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException(String message) {
        super(message);
    }
}
