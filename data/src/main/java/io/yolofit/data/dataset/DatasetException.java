package io.yolofit.data.dataset;

import java.io.Serial;

/// A dataset that cannot be used at all. The message says what is wrong, where, and what to do.
///
/// Single bad images and labels do not throw it; they are reported as [Problem]s.
public sealed class DatasetException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A split without labels, or without a single object: most often labels are elsewhere, or in another format.
    public static final class NoLabels extends DatasetException {
        @Serial
        private static final long serialVersionUID = 1;

        NoLabels(String message) {
            super(message);
        }
    }

    public DatasetException(String message) {
        super(message);
    }

    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
