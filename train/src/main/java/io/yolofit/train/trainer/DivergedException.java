package io.yolofit.train.trainer;

/// A run that ended because its losses or its state are not finite. The message says since when, which checkpoint is
/// intact, and what to try.
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DivergedException(String message) {
        super(message);
    }
}
