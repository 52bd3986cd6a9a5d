package io.yolofit.train.ranks;

/// The variables of a launcher are incomplete or contradict each other; the message names them.
public final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LaunchException(String message) {
        super(message);
    }
}
