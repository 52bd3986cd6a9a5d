package io.yolofit.train.trajectory;

import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.trajectory.Trajectory.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A replay against its trajectory: everything that differs by more than is allowed, and a table of the differences.
///
/// Rounding grows from iteration to iteration, so tolerances follow the trajectory's spread: the largest relative
/// difference of a loss item so far that a change of 1e-6 to 1e-5 in one weight makes in the reference. The factors are
/// from the same experiment on our CPU engine (four weights, both optimizers, one thread and two):
///
/// - Loss items: five times the spread, while the spread is below 3e-3. Then anchors that are assigned to another
///   object have separated the runs.
/// - Gradient norms before clipping move by up to eleven times the losses' difference so far, and by 1e-2 where an
///   anchor is assigned to another object: 20 times the spread, while that of the next iteration is below 3e-4.
/// - Snapshots: l2 and sum of a tensor, relative to its l2, move by up to 4e-6 in the first five updates and by less
///   than half of the spread in twenty.
final class TrajectoryComparison {
    private static final List<Integer> TABLE_ITERATIONS = List.of(0, 10, 20, 30, 40);
    private static final double SCHEDULE_TOLERANCE = 1e-9;
    private static final double COMPARABLE_SPREAD = 3e-3;
    private static final double LOSS_TOLERANCE = 1e-4;
    private static final double LOSS_SPREADS = 5;
    private static final double NORM_TOLERANCE = 2e-4;
    private static final double NORM_SPREADS = 20;
    private static final double COMPARABLE_NORM_SPREAD = 3e-4;
    private static final double TENSOR_TOLERANCE = 2e-5;
    private static final double TENSOR_SPREADS = 2;
    /// Biases of normalizations without activation whose gradient is zero in exact arithmetic: a shift of their
    /// channels only shifts the output of the next 1x1 convolution, and its normalization removes that. `model.9.cv1`
    /// is of SPPF, the others are of SCDown in YOLOv10. Adam makes steps of the learning rate of a gradient that is
    /// rounding only.
    private static final Set<String> WITHOUT_GRADIENT = Set.of("model.9.cv1.bn.bias", "model.5.cv2.bn.bias",
            "model.7.cv2.bn.bias", "model.20.cv2.bn.bias");
    private static final double WITHOUT_GRADIENT_TOLERANCE = 1e-3; // of l2 in 20 updates; our own runs differ by 2.5e-4

    private final Trajectory expected;
    private final Replay actual;
    private final List<String> differences = new ArrayList<>();
    private final StringBuilder table = new StringBuilder();

    private TrajectoryComparison(Trajectory expected, Replay actual) {
        this.expected = expected;
        this.actual = actual;
    }

    static TrajectoryComparison of(Trajectory expected, Replay actual) {
        var comparison = new TrajectoryComparison(expected, actual);
        comparison.groups();
        comparison.schedule();
        comparison.losses();
        comparison.updates();
        comparison.snapshots();
        return comparison;
    }

    /// Each with its iteration, what it is of, both values and what is allowed.
    List<String> differences() {
        return differences;
    }

    /// Largest differences against the spread, and the worst tensor of each snapshot.
    String table() {
        return table.toString();
    }

    /// The largest of some differences.
    ///
    /// @param size of a value the share of what is allowed for it, of a tensor relative to its l2
    private record Worst(double size, String text) {
        static final Worst NONE = new Worst(-1, "none");

        Worst or(Worst other) {
            return other.size > size ? other : this;
        }
    }

    private Worst compare(String where, double ours, double reference, double allowed) {
        double difference = Math.abs(ours - reference);
        String text = String.format(Locale.ROOT,
                "%s: %s, but the reference has %s: they differ by %.2g, and %.2g is allowed", where, ours, reference,
                difference, allowed);
        if (!(difference <= allowed)) {
            differences.add(text);
        }
        return new Worst(allowed > 0 ? difference / allowed : 0, text);
    }

    private void compareCount(String what, long ours, long reference) {
        if (ours != reference) {
            differences.add(what + ": " + ours + ", but the reference has " + reference);
        }
    }

    private void groups() {
        List<StateLayout.Group> ours = List.of(StateLayout.Group.WEIGHT, StateLayout.Group.NORMALIZATION,
                StateLayout.Group.BIAS);
        for (int g = 0; g < ours.size(); g++) {
            StateLayout.Group group = ours.get(g);
            long tensors = actual.layout().parameters().values().stream().filter(slot -> slot.group() == group).count();
            long ramps = group == StateLayout.Group.WEIGHT ? actual.ramps() : 0; // fixed, and no tensors of ours
            compareCount("tensors of group " + group, tensors + ramps, expected.groups().get(g).tensors());
        }
    }

    private void schedule() {
        compareCount("iterations", actual.scalars().size(), expected.iterations().size());
        float decay = (float) expected.groups().getFirst().weightDecay();
        for (int i = 0; i < Math.min(actual.scalars().size(), expected.iterations().size()); i++) {
            Trajectory.Iteration reference = expected.iterations().get(i);
            StepScalars scalars = actual.scalars().get(i);
            double[] rates = actual.schedule().rates(i, expected.epoch(i));
            double momentum = actual.schedule().momentum(i);
            for (int g = 0; g < rates.length; g++) {
                String group = "iteration " + i + ", group " + expected.groups().get(g).name();
                double rate = reference.rates()[g];
                compare(group + ", learning rate", rates[g], rate, SCHEDULE_TOLERANCE * rate);
                compare(group + ", learning rate that the engine got", scalars.rates()[g], (float) rates[g], 0);
                compare(group + ", momentum", momentum, reference.momenta()[g],
                        SCHEDULE_TOLERANCE * reference.momenta()[g]);
                compare(group + ", momentum that the engine got", scalars.momentum(), (float) momentum, 0);
            }
            compare("iteration " + i + ", weight decay", scalars.weightDecay(), decay, 0);
        }
    }

    private void losses() {
        table.append("relative difference of loss items, largest so far\niteration      ours    spread   allowed\n");
        double largest = 0;
        Worst worst = Worst.NONE;
        for (int i = 0; i < Math.min(actual.losses().size(), expected.iterations().size()); i++) {
            Trajectory.Iteration reference = expected.iterations().get(i);
            LossItems items = actual.losses().get(i);
            if (!items.isFinite()) {
                differences.add("iteration " + i + ": the losses are " + items);
            }
            if (reference.spread() >= COMPARABLE_SPREAD) {
                continue;
            }
            double tolerance = Math.max(LOSS_TOLERANCE, LOSS_SPREADS * reference.spread());
            for (LossTerm term : LossTerm.values()) {
                double value = reference.items()[term.ordinal()];
                worst = worst.or(compare("iteration " + i + ", " + term.word(), items.get(term), value,
                        tolerance * Math.abs(value)));
                largest = Math.max(largest, Math.abs(items.get(term) / value - 1));
            }
            if (TABLE_ITERATIONS.contains(i)) {
                table.append(String.format(Locale.ROOT, "%9d %9.1e %9.1e %9.1e%n", i, largest, reference.spread(),
                        tolerance));
            }
        }
        append("losses", worst);
    }

    private void updates() {
        List<Integer> ours = actual.updates().stream().map(ReplayEngine.Update::iteration).toList();
        List<Integer> reference = expected.updates().stream().map(Trajectory.Update::iteration).toList();
        if (!ours.equals(reference)) {
            differences.add("iterations of the updates: " + ours + ", but the reference has " + reference);
            return;
        }
        Worst worst = Worst.NONE;
        for (int u = 0; u < ours.size(); u++) {
            ReplayEngine.Update update = actual.updates().get(u);
            compare("update " + (u + 1) + ", its number for the engine", update.scalars().step(), u + 1, 0);
            double spread = spread(ours.get(u) + 1); // the gradient is that of the next iteration's weights
            if (spread < COMPARABLE_NORM_SPREAD) {
                double norm = expected.updates().get(u).norm();
                worst = worst.or(compare("iteration " + ours.get(u) + ", update " + (u + 1) + ", gradient norm",
                        update.norm(), norm, Math.max(NORM_TOLERANCE, NORM_SPREADS * spread) * norm));
            }
        }
        table.append(ours.size()).append(" updates, at the reference's iterations\n");
        append("gradient norms", worst);
    }

    private double spread(int iteration) {
        return expected.iterations().get(Math.min(iteration, expected.iterations().size() - 1)).spread();
    }

    private void snapshots() {
        for (Trajectory.Snapshot snapshot : expected.snapshots()) {
            Replay.Snapshot ours = actual.snapshots().get(snapshot.afterUpdate());
            if (ours == null) {
                differences.add("update " + snapshot.afterUpdate() + ": it was not reached");
                continue;
            }
            double tolerance = Math.max(TENSOR_TOLERANCE, TENSOR_SPREADS * spread(snapshot.iteration()));
            tensors(snapshot, "model", ours.model(), snapshot.model(), tolerance);
            tensors(snapshot, "average", ours.average(), snapshot.average(), tolerance);
        }
    }

    private void tensors(Trajectory.Snapshot snapshot, String what, Map<String, float[]> ours,
            Map<String, Summary> reference, double tolerance) {
        String where = "iteration " + snapshot.iteration() + ", " + what + " after update " + snapshot.afterUpdate();
        if (expected.isWhole() && !ours.keySet().equals(reference.keySet())) {
            differences.add(where + ": tensors " + ours.keySet() + ", but the reference has " + reference.keySet());
        }
        Worst worst = Worst.NONE;
        for (Map.Entry<String, Summary> entry : reference.entrySet()) {
            float[] values = ours.get(entry.getKey());
            if (values == null) {
                differences.add(where + ": there is no " + entry.getKey());
                continue;
            }
            Summary summary = entry.getValue();
            double allowed = tolerance(entry.getKey(), tolerance);
            Summary mine = summary(values);
            double root = Math.sqrt(values.length);
            compare(where + ", l2 of " + entry.getKey(), mine.l2(), summary.l2(), allowed * summary.l2());
            compare(where + ", sum of " + entry.getKey(), mine.sum(), summary.sum(), allowed * summary.l2() * root);
            double difference = Math.max(Math.abs(mine.l2() - summary.l2()),
                    Math.abs(mine.sum() - summary.sum()) / root) / summary.l2();
            worst = worst.or(new Worst(difference, String.format(Locale.ROOT, "%s, %.1e of its l2, of %.1e allowed",
                    entry.getKey(), difference, allowed)));
        }
        table.append(where).append(", worst tensor: ").append(worst.text).append('\n');
    }

    private double tolerance(String tensor, double usual) {
        boolean adaptive = actual.optimizer().rule() != Update.Rule.SGD;
        return adaptive && WITHOUT_GRADIENT.contains(tensor) ? WITHOUT_GRADIENT_TOLERANCE : usual;
    }

    private static Summary summary(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        return new Summary(sum, Math.sqrt(squares));
    }

    private void append(String what, Worst worst) {
        table.append(String.format(Locale.ROOT, "%s, closest to the limit, at %.2f of it: %s%n", what, worst.size,
                worst.text));
    }
}
