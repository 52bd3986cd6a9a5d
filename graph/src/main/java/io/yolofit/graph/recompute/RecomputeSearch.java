package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Cost;
import io.yolofit.graph.recompute.CheckpointSegments.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Greedy search for the activations to recompute, and how often.
///
/// It starts with the most recomputation under the policy: everything that may be recomputed is recomputed, separately
/// for each reader. Only recomputation that lowers the peak is useful, so the search then undoes the rest: it saves a
/// convolution output, saves all pointwise values of a segment, shares recomputed values within a segment. An undo is
/// accepted if the plan's lower bound does not rise, or stays within a target. Without a target the most expensive
/// convolutions are undone first; with one, the undos that save the most time for each byte, so that what is left to
/// recompute is cheap. Lower bounds need neither graphs nor packing, only a [NodeSequence], so a candidate takes a
/// millisecond, and most of those that raise the peak are refused without one ([SavedBytes]). The result depends on the
/// graph, the policy, the workspaces and the target only, not on the speed of a device.
final class RecomputeSearch {
    /// FLOPs that take as long as a byte of memory traffic; about 200 on all GPUs with tensor cores.
    private static final double FLOPS_PER_BYTE = 200;

    private final StepNodes step;
    private final CheckpointSegments segments;
    private final long target;
    /// Whether a convolution output is dropped, by id.
    private final boolean[] convolutions;
    private final Set<String> savedSegments = new HashSet<>();
    private final Set<String> sharedSegments = new HashSet<>();
    private NodeSequence best;
    private SavedBytes savedBytes;
    private long bound;

    /// A choice that saves time and may cost memory.
    ///
    /// @param benefit time that it saves for each byte, in units of memory traffic
    /// @param saved   the convolution outputs that it saves; empty for other undos
    private record Undo(double benefit, List<Value> saved, Runnable apply, Runnable revert) {
    }

    /// @param target peak that undos may raise the lower bound to, bytes; 0 for the minimum of memory
    RecomputeSearch(StepNodes step, Recompute.Policy policy, long target) {
        this.step = step;
        segments = step.segments();
        this.target = target;
        convolutions = new boolean[step.valueCount()];
        segments.convolutions().forEach(value -> convolutions[value.id()] = mayDrop(value, policy));
    }

    private boolean mayDrop(Value convolution, Recompute.Policy policy) {
        return switch (policy) {
            case OFF -> false;
            case DEFAULT -> segments.isFirst(convolution) || segments.isParallel(convolution)
                    || segments.isInterior(convolution) && segments.isHighResolution(convolution);
            case MAX -> segments.isFirst(convolution) || segments.isInterior(convolution);
        };
    }

    void run() {
        best = write();
        bound = evaluated(best, best.liveBytes());
        List<String> backward = segments.names().reversed();
        List<Undo> saved = backward.stream().map(this::savingSegment).toList();
        List<Undo> shared = backward.stream().map(segment -> adding(sharedSegments, segment, 0)).toList();
        if (target > bound) {
            List<Undo> undos = new ArrayList<>(saved);
            byWork().forEach(convolution -> undos.add(saving(convolution)));
            undos.sort(Comparator.comparingDouble(Undo::benefit).reversed());
            accept(undos);
            accept(shared);
        } else {
            accept(byWork().stream().map(this::saving).toList());
            accept(shared);
            accept(saved);
        }
    }

    /// The step with the recomputation that was found.
    Graph graph() {
        return best.graph();
    }

    /// Lower bound of its arena, bytes.
    long bound() {
        return bound;
    }

    private List<Value> byWork() {
        return segments.convolutions().stream().filter(value -> convolutions[value.id()])
                .sorted(Comparator.comparingDouble(RecomputeSearch::flops).reversed()).toList();
    }

    private static double flops(Value convolution) {
        return convolution.producer().op().cost(convolution.producer()).flops();
    }

    private Undo saving(Value convolution) {
        return new Undo(traffic(convolution.producer()) / convolution.type().bytes(), List.of(convolution),
                () -> convolutions[convolution.id()] = false, () -> convolutions[convolution.id()] = true);
    }

    private Undo savingSegment(String segment) {
        double traffic = 0;
        double bytes = 1;
        for (Node node : segments.forward()) {
            Value value = node.output(0);
            if (segments.kind(value) == Kind.POINTWISE && segments.segment(value).equals(segment)) {
                traffic += traffic(node);
                bytes += value.type().bytes();
            }
        }
        return adding(savedSegments, segment, traffic / bytes);
    }

    private static Undo adding(Set<String> set, String segment, double benefit) {
        return new Undo(benefit, List.of(), () -> set.add(segment), () -> set.remove(segment));
    }

    /// Time of a node in bytes of memory traffic.
    private static double traffic(Node node) {
        Cost cost = node.op().cost(node);
        return Math.max(cost.bytes(), cost.flops() / FLOPS_PER_BYTE);
    }

    private void accept(List<Undo> undos) {
        Galloping.accept(undos, this::isAccepted);
    }

    /// Accepts undos unless they raise the peak above the target.
    private boolean isAccepted(List<Undo> undos) {
        if (isTooMuch(undos)) {
            assert !isTried(undos);
            return false;
        }
        return isTried(undos);
    }

    /// Whether undos raise the peak above the target; false if that takes an evaluation.
    private boolean isTooMuch(List<Undo> undos) {
        return undos.stream().noneMatch(undo -> undo.saved.isEmpty()) && savedBytes.exceeds(Math.max(bound, target),
                undos.stream().flatMap(undo -> undo.saved.stream()).toList());
    }

    private boolean isTried(List<Undo> undos) {
        undos.forEach(undo -> undo.apply.run());
        NodeSequence tried = write();
        long[] live = tried.liveBytes();
        if (Arrays.stream(live).max().orElseThrow() > Math.max(bound, target)) {
            undos.forEach(undo -> undo.revert.run());
            return false;
        }
        best = tried;
        bound = evaluated(tried, live);
        return true;
    }

    /// @return lower bound of the arena, bytes
    private long evaluated(NodeSequence sequence, long[] live) {
        savedBytes = new SavedBytes(step, sequence, live);
        return Arrays.stream(live).max().orElseThrow();
    }

    private NodeSequence write() {
        return new Rematerializer(step, this::isDropped, sharedSegments::contains).run();
    }

    private boolean isDropped(int node) {
        return step.kind(node) == Kind.CONVOLUTION ? convolutions[step.outputs(node)[0]]
                : !savedSegments.contains(step.segment(node));
    }
}
