package io.yolofit.zoo.architecture;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;

/// An invalid model file or model name. The message gives the problem, the place (file and line) and a fix.
public final class ArchitectureException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    /// @param where file and line; empty in a block, whose row the model adds with [#in]
    public ArchitectureException(String what, String where, String remedy) {
        super(what, where, remedy);
    }

    public ArchitectureException(Failure failure) {
        super(failure);
    }

    /// The same failure in a row of a file, if it does not name one yet.
    ///
    /// @param row file, line and number
    public static ArchitectureException in(String row, YoloFitException failure) {
        return failure instanceof ArchitectureException known && !known.where().isEmpty() ? known
                : new ArchitectureException(new Failure(row + ": " + failure.getMessage(), failure.what(), row,
                        failure.remedy()));
    }
}
