package io.yolofit.graph.recompute;

import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Value;
import io.yolofit.graph.recompute.CheckpointSegments.Kind;
import java.util.Arrays;
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
    private String segment;

    /// @param dropped which activations are not saved but recomputed
    /// @param sharing segments in which a recomputed value serves several readers
    Rematerializer(StepNodes step, Predicate<Value> dropped, Predicate<String> sharing) {
        this.step = step;
        this.sharing = sharing;
        sequence = new NodeSequence(step);
        this.dropped = new boolean[step.valueCount()];
        for (Node node : step.segments().forward()) {
            Value value = node.output(0); // further outputs are statistics
            this.dropped[value.id()] = step.segments().kind(value) != Kind.FIXED && dropped.test(value);
        }
        convolutions = new int[step.valueCount()];
        pointwise = new int[step.valueCount()];
        Arrays.fill(convolutions, NONE);
        Arrays.fill(pointwise, NONE);
    }

    NodeSequence run() {
        for (int node = 0; node < step.count(); node++) {
            Phase phase = step.node(node).phase();
            if (phase == Phase.FORWARD || phase == Phase.LOSS || !readsDropped(node)) {
                sequence.copy(node, step.inputs(node)); // losses read activations before they are dropped
            } else {
                String now = step.segment(node);
                if (!now.equals(segment) || !sharing.test(now)) {
                    segment = now;
                    Arrays.fill(pointwise, NONE);
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
        boolean convolution = step.segments().kind(step.node(node).output(0)) == Kind.CONVOLUTION;
        int[] made = convolution ? convolutions : pointwise;
        if (made[value] == NONE) {
            int[] operands = recomputed(step.recomputation(node).operands());
            made[value] = sequence.recompute(node, operands);
        }
        return made[value];
    }
}
