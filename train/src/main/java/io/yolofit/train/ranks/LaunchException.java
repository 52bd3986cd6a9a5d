package io.yolofit.train.ranks;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;

/// The variables of a launcher are incomplete or contradict each other; the message names them.
public final class LaunchException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    public LaunchException(Failure failure) {
        super(failure);
    }
}
