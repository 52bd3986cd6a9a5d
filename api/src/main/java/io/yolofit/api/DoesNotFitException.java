package io.yolofit.api;

import io.yolofit.base.YoloFitException;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.train.plan.search.Alternative;
import io.yolofit.train.plan.search.NothingFitsException;
import java.util.List;
import java.util.stream.Collectors;

/// A training or a model needs more memory than its device or `memory=` allows. Thrown before the first step or the
/// first image; nothing was started.
///
/// The cause is the planner's [NothingFitsException], with the nearest runs that fit, or the engine's
/// [OutOfDeviceMemoryException] if the device has less free memory than planned.
public final class DoesNotFitException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    /// @param where the memory limit
    DoesNotFitException(NothingFitsException full, String where) {
        super(full.what(), where, remedy(full.nearest()), full);
    }

    DoesNotFitException(OutOfDeviceMemoryException full) {
        super(full.what(), full.where(), full.remedy(), full);
    }

    private static String remedy(List<Alternative> nearest) {
        return nearest.isEmpty() ? "free some memory, or use a smaller model" : nearest.stream().map(run ->
                run.changed().stream().map(run.options()::assignment).sorted().collect(Collectors.joining(" ")))
                .collect(Collectors.joining(", or ", "use ", ""));
    }
}
