package io.yolofit.train.plan.search;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The frontier of memory against time of a training step: how many seconds recomputation adds for the bytes that it
/// saves at the peak. Both are in proportion to the pixels of a batch, so one curve serves all batch sizes.
///
/// @param points by ascending saving; the first recomputes nothing, the last saves as much as possible
/// @param pixels of the batch that the points belong to
public record RecomputeCurve(List<Point> points, double pixels) {
    private static final List<Recompute.Amount> AMOUNTS = List.of(Recompute.Policy.OFF, new Recompute.Share(.4),
            Recompute.Policy.DEFAULT, Recompute.Policy.MAX);

    /// A point of the frontier.
    ///
    /// @param amount  that `recompute=` selects
    /// @param saved   bytes at the peak of the step
    /// @param seconds added to the step
    public record Point(Recompute.Amount amount, long saved, double seconds) {
    }

    public RecomputeCurve {
        points = List.copyOf(points);
    }

    /// The frontier of the largest step of a run.
    public static RecomputeCurve of(RunSpec spec, Target target) {
        InputShape shape = spec.batches().train().getFirst();
        List<Graph> graphs = new ModelGraphs(spec.model(), spec.layout()).frontier(spec.compile(), shape, AMOUNTS,
                target.workspace());
        long off = MemoryPlan.lowerBound(graphs.getFirst(), target.workspace());
        double fast = seconds(graphs.getFirst(), target);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < AMOUNTS.size(); i++) {
            points.add(new Point(AMOUNTS.get(i), off - MemoryPlan.lowerBound(graphs.get(i), target.workspace()),
                    Math.max(0, seconds(graphs.get(i), target) - fast)));
        }
        points.sort(Comparator.comparingLong(Point::saved));
        return new RecomputeCurve(points, (double) shape.images() * shape.height() * shape.width());
    }

    private static double seconds(Graph graph, Target target) {
        return target.times().seconds(graph, BufferAssignment.of(graph, target.workspace()));
    }

    /// Bytes that a share of the largest saving is for a batch of other pixels.
    double saved(double share, double batchPixels) {
        return share * points.getLast().saved * batchPixels / pixels;
    }

    /// The share of the largest saving that an amount saves.
    double share(Recompute.Amount amount) {
        return switch (amount) {
            case Recompute.Share(double saved) -> saved;
            case Recompute.Policy policy -> points.stream().filter(point -> point.amount == policy)
                    .mapToDouble(point -> ratio(point.saved)).findFirst().orElse(0);
        };
    }

    private double ratio(long saved) {
        long most = points.getLast().saved;
        return most == 0 ? 0 : (double) saved / most;
    }

    /// Seconds that recomputation adds to a step of a batch of other pixels, between two points in proportion.
    double seconds(double share, double batchPixels) {
        double added = points.getLast().seconds;
        for (int i = 1; i < points.size(); i++) {
            Point high = points.get(i);
            Point low = points.get(i - 1);
            if (share <= ratio(high.saved)) {
                double width = ratio(high.saved) - ratio(low.saved);
                double part = width > 0 ? (share - ratio(low.saved)) / width : 1;
                added = low.seconds + part * (high.seconds - low.seconds);
                break;
            }
        }
        return added * batchPixels / pixels;
    }
}
