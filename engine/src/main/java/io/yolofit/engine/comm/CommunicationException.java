package io.yolofit.engine.comm;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;

/// A group of ranks has ended: a rank failed, left, or did not answer in time. The message names the rank and the
/// collective.
public final class CommunicationException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    public CommunicationException(String message) {
        super(message, "", "");
    }

    /// @param where  host and port
    /// @param remedy with which the message ends
    public CommunicationException(String message, String where, String remedy) {
        super(Failure.naming(where, message, remedy));
    }

    public CommunicationException(String message, Throwable cause) {
        super(message, "", "", cause);
    }
}
