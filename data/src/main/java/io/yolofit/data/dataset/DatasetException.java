package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;
import java.io.Serial;

/// A dataset that cannot be used at all. The message says what is wrong, where, and what to do.
///
/// Single bad images and labels do not throw it; they are reported as [Problem]s.
public sealed class DatasetException extends YoloFitException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A split without labels, or without a single object: most often labels are elsewhere, or in another format.
    public static final class NoLabels extends DatasetException {
        @Serial
        private static final long serialVersionUID = 1;

        NoLabels(Failure failure) {
            super(failure);
        }
    }

    public DatasetException(Failure failure) {
        super(failure);
    }

    public DatasetException(Failure failure, Throwable cause) {
        super(failure, cause);
    }
}
