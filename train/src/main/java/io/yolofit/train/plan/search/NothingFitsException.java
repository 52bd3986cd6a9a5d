package io.yolofit.train.plan.search;

import io.yolofit.train.plan.PlanException;
import java.util.List;

/// No allowed variant of a run fits into its memory limit.
public final class NothingFitsException extends PlanException {
    private static final long serialVersionUID = 1L;

    private final transient List<Alternative> nearest;

    NothingFitsException(String message, List<Alternative> nearest) {
        super(message);
        this.nearest = List.copyOf(nearest);
    }

    /// The nearest runs that fit, planned exactly; may be empty.
    public List<Alternative> nearest() {
        return nearest;
    }
}
