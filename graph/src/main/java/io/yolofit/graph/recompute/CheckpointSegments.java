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
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
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

/// A training step as [Recompute] sees it: where the forward pass ends, what of it could come again, and the segments
/// of the model, by which it decides. A segment is what shares the first two words of its nodes' names, as `model.4`.
final class CheckpointSegments {
    /// How a value could come again.
    enum Kind {
        /// Not at all: it is state, a statistic, or of the backward pass.
        FIXED,
        /// By reading and writing it.
        POINTWISE,
        /// By a convolution. So are products of attention, and the softmax between them: it would need one to come
        /// again.
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
            Value value = node.output(0); // others are statistics
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
                    Silu.Forward _, Slice.Forward _, Upsample.Forward _ -> Kind.POINTWISE;
            case Accumulating _, BnAct.Gradient _, Cast _, DetectionDecode _, DetectionLoss _, Flat _, FoldBatchNorm _,
                    GradientNorm _, LossScale _, Silu.Gradient _, Softmax.Gradient _, Update _ -> Kind.FIXED;
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

    /// The loss and all behind it.
    List<Node> backward() {
        return graph.nodes().subList(loss, graph.nodes().size());
    }

    /// Rows in running order.
    List<String> names() {
        return List.copyOf(names);
    }

    /// Outputs of the forward pass's convolutions, in running order.
    List<Value> convolutions() {
        return Collections.unmodifiableList(convolutions);
    }

    Kind kind(Value value) {
        return kinds.getOrDefault(value, Kind.FIXED);
    }

    String segment(Value value) {
        return segment(value.producer());
    }

    /// Whether a convolution stands in the segment of the first one.
    boolean isFirst(Value convolution) {
        return segment(convolution).equals(segment(convolutions.getFirst()));
    }

    boolean isHighResolution(Value convolution) {
        return highResolutions.contains(resolution(convolution));
    }

    /// Whether nothing outside of the value's segment reads it in the forward pass, or what is made of it without a
    /// convolution.
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
