package io.yolofit.graph.recompute;

import io.yolofit.graph.recompute.CheckpointSegments.Kind;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Rewrites a training step such that the backward pass recomputes dropped activations.
///
/// A recomputed node is emitted immediately before its first reader, after the nodes that it depends on. It serves only
/// that reader or, in segments that share, also the following readers of the segment. A convolution is recomputed at
/// most once.
final class Rematerializer {
    /// Suffix of the names of recomputed nodes.
    static final String SUFFIX = ".recomputed";

    private static final int NONE = -1;

    private final StepNodes step;
    private final boolean[] dropped;
    private final Predicate<String> sharing;
    private final NodeSequence sequence;
    /// Recomputed values by the values that they repeat.
    private final int[] convolutions;
    private final int[] pointwise;
    /// When a pointwise value was recomputed; it serves readers of the same period only.
    private final int[] periods;
    private int period;
    private String segment;

    /// @param dropped which nodes' activations are not saved but recomputed, among those that can be
    /// @param sharing segments in which a recomputed value serves several readers
    Rematerializer(StepNodes step, IntPredicate dropped, Predicate<String> sharing) {
        this.step = step;
        this.sharing = sharing;
        sequence = new NodeSequence(step);
        this.dropped = new boolean[step.valueCount()];
        for (int node = 0; node < step.count(); node++) {
            if (step.kind(node) != Kind.FIXED && dropped.test(node)) {
                this.dropped[step.outputs(node)[0]] = true;
            }
        }
        convolutions = new int[step.valueCount()];
        pointwise = new int[step.valueCount()];
        periods = new int[step.valueCount()];
        Arrays.fill(convolutions, NONE);
    }

    NodeSequence run() {
        for (int node = 0; node < step.count(); node++) {
            if (step.isEarly(node) || !readsDropped(node)) {
                sequence.copy(node, step.inputs(node));
            } else {
                String now = step.segment(node);
                if (!now.equals(segment) || !sharing.test(now)) {
                    segment = now;
                    period++;
                }
                sequence.copy(node, recomputed(step.inputs(node)));
            }
        }
        return sequence;
    }

    private boolean readsDropped(int node) {
        for (int input : step.inputs(node)) {
            if (dropped[input]) {
                return true;
            }
        }
        return false;
    }

    private int[] recomputed(int[] values) {
        int[] now = new int[values.length];
        for (int i = 0; i < now.length; i++) {
            now[i] = recomputed(values[i]);
        }
        return now;
    }

    private int recomputed(int value) {
        if (!dropped[value]) {
            return value;
        }
        int node = step.producer(value);
        if (step.kind(node) == Kind.CONVOLUTION) {
            if (convolutions[value] == NONE) {
                convolutions[value] = recompute(node);
            }
            return convolutions[value];
        }
        if (periods[value] != period) {
            pointwise[value] = recompute(node);
            periods[value] = period;
        }
        return pointwise[value];
    }

    private int recompute(int node) {
        return sequence.recompute(node, recomputed(step.recomputation(node).operands()));
    }
}
