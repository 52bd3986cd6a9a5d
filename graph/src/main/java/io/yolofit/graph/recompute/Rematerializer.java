package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Rewrites a training step such that the backward pass recomputes dropped activations.
///
/// A recomputed node is emitted immediately before its first reader, after the nodes that it depends on. It serves only
/// that reader or, in segments that share, also the following readers of the segment. A convolution is recomputed at
/// most once.
final class Rematerializer {
    /// Suffix of the names of recomputed nodes.
    static final String SUFFIX = ".recomputed";

    private final CheckpointSegments segments;
    private final Predicate<Value> dropped;
    private final Predicate<String> sharing;
    private final Rewriter rewriter;
    private final Map<Value, Value> pointwise = new IdentityHashMap<>();
    private final Map<Value, Value> convolutions = new IdentityHashMap<>();
    private String segment;

    /// @param dropped which activations are not saved but recomputed
    /// @param sharing segments in which a recomputed value serves several readers
    Rematerializer(CheckpointSegments segments, Predicate<Value> dropped, Predicate<String> sharing) {
        this.segments = segments;
        this.dropped = dropped;
        this.sharing = sharing;
        rewriter = new Rewriter(segments.graph());
    }

    Graph run() {
        rewriter.copyInputs();
        segments.forward().forEach(rewriter::copy);
        segments.loss().forEach(rewriter::copy); // reads activations before they are dropped
        segments.backward().forEach(this::copy);
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private void copy(Node node) {
        if (node.inputs().stream().noneMatch(dropped)) {
            rewriter.copy(node);
            return;
        }
        String now = CheckpointSegments.segment(node);
        if (!now.equals(segment) || !sharing.test(now)) {
            segment = now;
            pointwise.clear();
        }
        rewriter.copy(node, recomputed(node.inputs()));
    }

    private List<Value> recomputed(List<Value> values) {
        return values.stream().map(this::recomputed).toList();
    }

    private Value recomputed(Value value) {
        if (!dropped.test(value)) {
            return rewriter.now(value);
        }
        boolean convolution = segments.kind(value) == CheckpointSegments.Kind.CONVOLUTION;
        Map<Value, Value> made = convolution ? convolutions : pointwise;
        Value recomputed = made.get(value);
        if (recomputed == null) {
            recomputed = emit(value.producer());
            made.put(value, recomputed);
        }
        return recomputed;
    }

    private Value emit(Node node) {
        Op op = node.op();
        List<Value> operands = new ArrayList<>();
        if (op instanceof BnAct.Forward forward) {
            op = new BnAct.Apply(forward.activation());
            operands.addAll(recomputed(node.inputs().subList(0, 3)));
            operands.addAll(rewriter.now(node.outputs().subList(1, 3)));
            operands.addAll(recomputed(node.inputs().subList(BnAct.RESIDUAL, node.inputs().size())));
        } else {
            operands.addAll(recomputed(node.inputs()));
        }
        rewriter.builder().phase(Phase.BACKWARD);
        return rewriter.builder().emit(op, node.name() + SUFFIX, Role.ACTIVATION, operands).getFirst();
    }
}
