package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Upsample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Analysis of a training step for [Recompute]: where the forward pass ends, which activations can be recomputed, and
/// the segments of activation checkpointing. A segment is the set of nodes whose names share the first two components,
/// such as `model.4`, that is, one layer of the model.
final class CheckpointSegments {
    /// Cost class of recomputing a value.
    enum Kind {
        /// Cannot be recomputed: state, statistics, and values of the backward pass.
        FIXED,
        /// Cheap: one elementwise pass.
        POINTWISE,
        /// Expensive: a convolution, or a matrix product of attention. Softmax counts as such because recomputing it
        /// takes the product that it reads.
        CONVOLUTION
    }

    private static final int HIGH_RESOLUTIONS = 2;

    private final Graph graph;
    private final int loss;
    private final Map<Value, Kind> kinds = new IdentityHashMap<>();
    private final List<Value> convolutions = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<Value, Boolean> interior = new IdentityHashMap<>();
    private final Set<Long> highResolutions;

    private CheckpointSegments(Graph graph, int loss) {
        this.graph = graph;
        this.loss = loss;
        TreeSet<Long> resolutions = new TreeSet<>(Comparator.reverseOrder());
        for (Node node : forward()) {
            Value value = node.output(0); // further outputs are statistics
            kinds.put(value, kind(node));
            if (kind(node) != Kind.FIXED) {
                names.add(segment(node));
            }
            if (kind(node) == Kind.CONVOLUTION) {
                convolutions.add(value);
                if (node.op() instanceof Conv2d) {
                    resolutions.add(resolution(value));
                }
            }
        }
        highResolutions = Set.copyOf(resolutions.stream().limit(HIGH_RESOLUTIONS).toList());
    }

    /// @return null if the graph has no backward pass
    static CheckpointSegments of(Graph graph) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            if (graph.nodes().get(i).op() instanceof DetectionLoss op && op.gradients()) {
                return new CheckpointSegments(graph, i);
            }
        }
        return null;
    }

    private static Kind kind(Node node) {
        return switch (node.op()) {
            case Conv2d.Forward _, MatMul _, Softmax.Forward _ -> Kind.CONVOLUTION;
            case Add _, AveragePool.Forward _, BnAct.Apply _, BnAct.Forward _, Concat _, MaxPool.Forward _, Pixels _,
                    Reshape _, Silu.Forward _, Slice.Forward _, Upsample.Forward _ -> Kind.POINTWISE;
            case Accumulating _, BnAct.Gradient _, Cast _, DetectionDecode _, DetectionLoss _, Flat _, FoldBatchNorm _,
                    GradientNorm _, LossScale _, Silu.Gradient _, Softmax.Gradient _, SumConvolutions _, Update _ -> Kind.FIXED;
        };
    }

    private static long resolution(Value value) {
        return value.shape().rank() == 4 ? value.shape().dim(1) * value.shape().dim(2) : 0;
    }

    /// The segment of a node, of either pass.
    static String segment(Node node) {
        int end = node.name().indexOf('.', node.name().indexOf('.') + 1);
        return end < 0 ? node.name() : node.name().substring(0, end);
    }

    Graph graph() {
        return graph;
    }

    List<Node> forward() {
        return graph.nodes().subList(0, loss);
    }

    /// The loss and all nodes that follow it.
    List<Node> backward() {
        return graph.nodes().subList(loss, graph.nodes().size());
    }

    /// Names of the segments, in execution order.
    List<String> names() {
        return List.copyOf(names);
    }

    /// Outputs of the forward pass's convolutions, in execution order.
    List<Value> convolutions() {
        return Collections.unmodifiableList(convolutions);
    }

    Kind kind(Value value) {
        return kinds.getOrDefault(value, Kind.FIXED);
    }

    String segment(Value value) {
        return segment(value.producer());
    }

    /// Whether a convolution belongs to the first segment.
    boolean isFirst(Value convolution) {
        return segment(convolution).equals(segment(convolutions.getFirst()));
    }

    boolean isHighResolution(Value convolution) {
        return highResolutions.contains(resolution(convolution));
    }

    /// Whether a value is interior to its segment: no other segment reads it in the forward pass, nor any value
    /// computed from it by pointwise ops.
    boolean isInterior(Value value) {
        Boolean known = interior.get(value);
        if (known == null) {
            known = true;
            for (Node reader : graph.readers(value)) {
                boolean forward = kinds.containsKey(reader.output(0)) || reader.op() instanceof DetectionLoss;
                boolean inside = segment(reader).equals(segment(value))
                        && (kind(reader.output(0)) != Kind.POINTWISE || isInterior(reader.output(0)));
                known &= !forward || inside;
            }
            interior.put(value, known);
        }
        return known;
    }
}
