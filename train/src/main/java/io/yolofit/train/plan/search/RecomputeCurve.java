package io.yolofit.train.plan.search;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The frontier of memory against time of a training step: how many seconds recomputation adds for the bytes that it
/// saves at the peak. Both are in proportion to the pixels of a batch, so one curve serves all batch sizes.
///
/// @param points by ascending saving; the first recomputes nothing, the last saves as much as possible
/// @param pixels of the batch that the points belong to
public record RecomputeCurve(List<Point> points, double pixels) {
    static final List<Recompute.Amount> AMOUNTS = List.of(Recompute.Policy.OFF, new Recompute.Share(.4),
            Recompute.Policy.DEFAULT, Recompute.Policy.MAX);
    /// Those that run options name.
    static final List<Recompute.Amount> POLICIES = List.of(Recompute.Policy.OFF, Recompute.Policy.DEFAULT,
            Recompute.Policy.MAX);
    /// The ends alone, which take one search.
    static final List<Recompute.Amount> ENDS = List.of(Recompute.Policy.OFF, Recompute.Policy.MAX);

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
        return of(spec, target, AMOUNTS);
    }

    /// The frontier at these amounts.
    public static RecomputeCurve of(RunSpec spec, Target target, List<Recompute.Amount> amounts) {
        return Steps.of(spec, target, amounts, new ModelGraphs(spec.model(), spec.layout())).on(target);
    }

    /// The steps of the frontier, for their times on several devices with the same kernels.
    ///
    /// @param bounds lower bound of the memory of each step, bytes
    record Steps(List<Recompute.Amount> amounts, List<Graph> graphs, List<BufferAssignment> assignments,
            List<Long> bounds, double pixels) {
        static Steps of(RunSpec spec, Target target, List<Recompute.Amount> amounts, ModelGraphs shared) {
            InputShape shape = spec.batches().train().getFirst();
            List<Graph> graphs = amounts.parallelStream().map(amount ->
                    shared.step(spec.compile().with(amount), shape, target.workspace())).toList();
            List<BufferAssignment> assignments = graphs.parallelStream()
                    .map(graph -> BufferAssignment.of(graph, target.workspace())).toList();
            return new Steps(amounts, graphs, assignments,
                    assignments.stream().map(BufferAssignment::lowerBound).toList(),
                    (double) shape.images() * shape.height() * shape.width());
        }

        RecomputeCurve on(Target target) {
            List<Double> seconds = IntStream.range(0, graphs.size()).mapToObj(i ->
                    target.times().seconds(graphs.get(i), assignments.get(i))).toList();
            return new RecomputeCurve(IntStream.range(0, graphs.size()).mapToObj(i -> new Point(amounts.get(i),
                    bounds.getFirst() - bounds.get(i), Math.max(0, seconds.get(i) - seconds.getFirst())))
                    .sorted(Comparator.comparingLong(Point::saved)).toList(), pixels);
        }
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
