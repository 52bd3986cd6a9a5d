package io.yolofit.engine.comm;

/// The user stopped a rank while it waited for the others. The message says for which.
public final class MeetingStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MeetingStoppedException(String message) {
        super(message);
    }
}
