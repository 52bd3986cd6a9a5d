package io.yolofit.train.trainer;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;
import java.nio.file.Path;
import java.util.Optional;

/// A run that ended because its losses or its state are not finite. The message says since when, which checkpoint is
/// intact, and what to change.
public final class DivergedException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    private DivergedException(Failure failure) {
        super(failure);
    }

    /// @param weights folder of checkpoints
    /// @param saved   epoch and file of the last finite checkpoint
    /// @param change  options that may help
    static DivergedException because(String reason, Path weights, Optional<String> saved, String change) {
        return new DivergedException(Failure.naming(weights, "training diverged: " + reason + "; "
                + saved.map(last -> "the last finite checkpoint is that of " + last)
                        .orElse("no checkpoint of this run was saved"), "use " + change));
    }
}
