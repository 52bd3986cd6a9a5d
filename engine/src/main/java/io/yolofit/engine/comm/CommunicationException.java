package io.yolofit.engine.comm;

/// A group of ranks has ended: a rank failed, left, or did not answer in time. The message names the rank and the
/// collective.
public final class CommunicationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommunicationException(String message) {
        super(message);
    }

    public CommunicationException(String message, Throwable cause) {
        super(message, cause);
    }
}
