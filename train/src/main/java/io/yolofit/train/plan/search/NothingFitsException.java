package io.yolofit.train.plan.search;

import io.yolofit.base.Failure;
import io.yolofit.train.plan.PlanException;
import java.util.List;
import java.util.stream.Collectors;

/// No allowed variant of a run fits into its memory limit. The remedy has the nearest runs that fit; the message leaves
/// them to the caller, who knows the command.
public final class NothingFitsException extends PlanException {
    private static final long serialVersionUID = 1L;

    private final transient List<Alternative> nearest;

    NothingFitsException(String message, List<Alternative> nearest) {
        super(new Failure(message, message, "memory=", remedy(nearest)));
        this.nearest = List.copyOf(nearest);
    }

    private static String remedy(List<Alternative> nearest) {
        return nearest.isEmpty() ? "free some memory, or use a smaller model"
                : nearest.stream().map(NothingFitsException::changes).collect(Collectors.joining(", or ",
                        "these fit: ", ""));
    }

    private static String changes(Alternative run) {
        return run.changed().stream().map(run.options()::explanation).sorted().collect(Collectors.joining(" "));
    }

    /// The nearest runs that certainly fit, by an upper bound of their memory or by their plan; may be empty. If the
    /// batch was left to the planner, the last one may have a higher limit.
    public List<Alternative> nearest() {
        return nearest;
    }
}
