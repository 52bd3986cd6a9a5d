package io.yolofit.app.console;

/// The work was stopped; the message says how to continue.
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean byAnotherProcess;

    /// @param byAnotherProcess whether this process was not asked to stop, but another one of the run
    StoppedException(String message, boolean byAnotherProcess) {
        super(message);
        this.byAnotherProcess = byAnotherProcess;
    }

    /// Whether the stop came from another process of the run.
    public boolean isByAnotherProcess() {
        return byAnotherProcess;
    }
}
