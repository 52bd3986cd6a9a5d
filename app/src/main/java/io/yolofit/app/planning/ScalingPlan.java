package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.RANKS;

import io.yolofit.app.report.ScalingReport;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Scaling;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.search.PlannedRun;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.Optional;

/// The speed of a planned run on the numbers of GPUs that `ranks=` names.
public final class ScalingPlan {
    private ScalingPlan() {}

    /// Empty without `ranks=`.
    ///
    /// @param run as planned for one GPU
    public static Optional<ScalingReport> of(PlannedRun run, Model model, DataFacts data) {
        List<Integer> numbers = run.options().get(RANKS).stream().distinct().toList();
        if (numbers.isEmpty()) {
            return Optional.empty();
        }
        Target target = run.plan().target().at(Slot.ALONE);
        List<Scaling> points = Scaling.of(run.options(), model, data, target, numbers);
        return Optional.of(new ScalingReport(target.name(), target.times().links().text(), points.stream().map(
                ScalingPlan::point).toList()));
    }

    private static ScalingReport.Point point(Scaling point) {
        if (!point.unfit().isEmpty()) {
            return new ScalingReport.Point(point.ranks(), point.batch(), point.each(), null, null, null, point.unfit());
        }
        Double syncCost = point.ranks() == 1 ? null : Double.valueOf(point.syncCost());
        return new ScalingReport.Point(point.ranks(), point.batch(), point.each(), point.images(), point.efficiency(),
                syncCost, point.limit().text());
    }
}
