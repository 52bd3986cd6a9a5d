package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.LeakyRelu;
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
import java.util.function.Predicate;

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
    private final List<Node> forward;
    private final List<Node> loss;
    private final List<Node> backward;
    private final Map<Value, Kind> kinds = new IdentityHashMap<>();
    private final List<Value> convolutions = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<Value, Boolean> interior = new IdentityHashMap<>();
    private final Set<Long> highResolutions;

    private CheckpointSegments(Graph graph) {
        this.graph = graph;
        forward = nodes(phase -> phase == Phase.FORWARD);
        loss = nodes(phase -> phase == Phase.LOSS);
        backward = nodes(phase -> phase == Phase.BACKWARD || phase == Phase.UPDATE);
        TreeSet<Long> resolutions = new TreeSet<>(Comparator.reverseOrder());
        for (Node node : forward) {
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
        for (Node node : forward.reversed()) {
            interior.put(node.output(0), readersAreInside(node.output(0)));
        }
    }

    private List<Node> nodes(Predicate<Phase> phases) {
        return graph.nodes().stream().filter(node -> phases.test(node.phase())).toList();
    }

    /// @return null if the graph has no backward pass
    static CheckpointSegments of(Graph graph) {
        boolean trains = graph.nodes().stream().anyMatch(node -> node.phase() == Phase.BACKWARD);
        return trains ? new CheckpointSegments(graph) : null;
    }

    private static Kind kind(Node node) {
        return switch (node.op()) {
            case Conv2d.Forward _, MatMul _, Softmax.Forward _ -> Kind.CONVOLUTION;
            case Add _, AveragePool.Forward _, BnAct.Apply _, BnAct.Forward _, Concat _, Detach _,
                    LeakyRelu.Forward _, MaxPool.Forward _, Pixels _, Reshape _, Silu.Forward _, Slice.Forward _,
                    Upsample.Forward _ -> Kind.POINTWISE;
            case Accumulating _, AllReduce _, BnAct.Gradient _, BnHalf _, Cast _, DetectionDecode _, DetectionLoss _,
                    DetectionLoss.Assign _, Flat _, FoldBatchNorm _, GradientNorm _, LeakyRelu.Gradient _, LossScale _,
                    Silu.Gradient _, Softmax.Gradient _, SumConvolutions _, Update _ -> Kind.FIXED;
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
        return forward;
    }

    /// The losses of all branches.
    List<Node> loss() {
        return loss;
    }

    /// The backward pass and the update.
    List<Node> backward() {
        return backward;
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

    /// Whether a value is the result of a 1x1 convolution that is added to a larger convolution of the same operand, as
    /// in RepConv (Ding et al., RepVGG, 2021): bound by its memory traffic, it costs no more than pointwise ops.
    boolean isParallel(Value convolution) {
        Node node = convolution.producer();
        if (!(node.op() instanceof Conv2d.Forward) || kernel(node) != 1) {
            return false;
        }
        for (Node other : graph.readers(node.input(0))) {
            if (other.phase() == Phase.FORWARD && other.op() instanceof Conv2d.Forward && kernel(other) > 1
                    && segment(other).equals(segment(node))
                    && other.output(0).shape().equals(convolution.shape())) {
                return true;
            }
        }
        return false;
    }

    private static long kernel(Node convolution) {
        return convolution.input(1).shape().dim(1);
    }

    /// Whether a value of the forward pass is interior to its segment: no other segment reads it in the forward pass,
    /// nor any value computed from it by pointwise ops.
    boolean isInterior(Value value) {
        return interior.get(value);
    }

    private boolean readersAreInside(Value value) {
        for (Node reader : graph.readers(value)) {
            boolean before = reader.phase() == Phase.FORWARD || reader.phase() == Phase.LOSS;
            if (before && !(segment(reader).equals(segment(value))
                    && (kind(reader.output(0)) != Kind.POINTWISE || interior.get(reader.output(0))))) {
                return false;
            }
        }
        return true;
    }
}
