package io.yolofit.graph.reference;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Runs graphs in fp64, one node after the other. Every tensor is a `double[]` of its elements in row-major order.
///
/// Arrays are never overwritten: an output that updates its input in place is a new array, and the caller's arrays are
/// not changed. [Evaluation#state] gives the updated contents of a persistent input.
public final class Interpreter {
    private Interpreter() {
    }

    /// Evaluates all nodes of a graph.
    ///
    /// @param inputs contents of every input of the graph, by name; others are ignored
    /// @throws IllegalArgumentException if an input is missing, if its number of elements does not match its shape, or
    /// if the graph is one of several ranks
    public static Evaluation run(Graph graph, Map<String, double[]> inputs) {
        return run(List.of(graph), List.of(inputs)).getFirst();
    }

    /// Evaluates the graphs of all ranks of a group. Every rank runs to its next [AllReduce]; then the vectors are
    /// summed in rank order.
    ///
    /// @param graphs of the ranks; they have the same all-reduces in the same order, and may have different batches
    /// @param inputs of the ranks
    public static List<Evaluation> run(List<Graph> graphs, List<Map<String, double[]>> inputs) {
        List<Run> ranks = new ArrayList<>();
        for (int rank = 0; rank < graphs.size(); rank++) {
            ranks.add(new Run(graphs.get(rank), inputs.get(rank)));
        }
        for (List<Node> exchange = advance(ranks); exchange.getFirst() != null; exchange = advance(ranks)) {
            double[] sum = new double[ranks.getFirst().pending().length];
            for (Run rank : ranks) {
                sum = ReferenceCopy.add(sum, rank.pending());
            }
            for (Run rank : ranks) {
                rank.receive(sum);
            }
        }
        return ranks.stream().map(Run::result).toList();
    }

    /// Runs all ranks to their next all-reduces; null at the end.
    private static List<Node> advance(List<Run> ranks) {
        List<Node> nodes = new ArrayList<>();
        ranks.forEach(rank -> nodes.add(rank.advance()));
        String first = nodes.getFirst() == null ? "the end" : nodes.getFirst().name();
        for (int rank = 0; rank < ranks.size(); rank++) {
            Node node = nodes.get(rank);
            if (node != null && ((AllReduce) node.op()).ranks() != ranks.size()) {
                throw new IllegalArgumentException(node + " sums over " + ((AllReduce) node.op()).ranks()
                        + " ranks, but " + ranks.size() + " run: pass the graphs of all ranks");
            }
            String name = node == null ? "the end" : node.name();
            if (!name.equals(first)) {
                throw new IllegalArgumentException("rank 0 is at " + first + ", but rank " + rank + " is at " + name
                        + ": all ranks must have the same all-reduces in the same order");
            }
        }
        return nodes;
    }

    /// One rank's graph and the values that it has computed so far.
    private static final class Run {
        private final Graph graph;
        private final Map<Value, double[]> contents = new IdentityHashMap<>();
        private int next;

        Run(Graph graph, Map<String, double[]> inputs) {
            this.graph = graph;
            for (Value input : graph.inputs()) {
                contents.put(input, checked(input, inputs.get(input.name())));
            }
        }

        /// Evaluates nodes up to the next all-reduce, which it returns; null at the end.
        Node advance() {
            for (; next < graph.nodes().size(); next++) {
                Node node = graph.nodes().get(next);
                if (node.op() instanceof AllReduce) {
                    return node;
                }
                List<double[]> results = evaluate(node, node.inputs().stream().map(contents::get).toList());
                for (int i = 0; i < results.size(); i++) {
                    contents.put(node.output(i), checked(node.output(i), results.get(i)));
                }
            }
            return null;
        }

        /// The operand of the all-reduce.
        double[] pending() {
            return contents.get(graph.nodes().get(next).input(0));
        }

        void receive(double[] sum) {
            contents.put(graph.nodes().get(next).output(0), checked(graph.nodes().get(next).output(0), sum));
            next++;
        }

        Evaluation result() {
            return new Evaluation(graph, contents);
        }
    }

    /// Evaluates one node. Operands are not changed; an output may be the same array as an operand of equal contents.
    public static List<double[]> evaluate(Node node, List<double[]> in) {
        if (node.op() instanceof Accumulating op && op.accumulates(node)) {
            return List.of(ReferenceCopy.add(contribution(op, node, in), in.get(op.operands())));
        }
        return switch (node.op()) {
            case Accumulating op -> List.of(contribution(op, node, in));
            case Conv2d.Forward op -> List.of(ReferenceConvolution.forward(op.window(), node, in));
            case BnAct.Forward op -> ReferenceNormalization.forward(op, Images.of(node.input(0)), in);
            case BnAct.Apply op -> ReferenceNormalization.apply(op, Images.of(node.input(0)), in);
            case BnAct.Gradient op -> ReferenceNormalization.gradient(op, Images.of(node.input(1)), in);
            case BnHalf.Sums _ -> List.of(ReferenceNormalization.sums(Images.of(node.input(0)), in));
            case BnHalf.Moments op -> ReferenceNormalization.moments(op, in);
            case BnHalf.Reduce op ->
                    ReferenceNormalization.reduce(op.activation(), Images.of(node.input(1)), in);
            case BnHalf.Gradient op -> ReferenceNormalization.secondHalf(op, in);
            case FoldBatchNorm op -> ReferencePointwise.fold(op, in);
            case SumConvolutions _ -> ReferencePointwise.sum(node, in);
            case Silu.Forward op -> List.of(ReferencePointwise.silu(in.get(0)));
            case Silu.Gradient op -> List.of(ReferencePointwise.siluGradient(in.get(0), in.get(1)));
            case LeakyRelu.Forward op -> List.of(ReferencePointwise.leaky(op.slope(), in.get(0)));
            case LeakyRelu.Gradient op ->
                    List.of(ReferencePointwise.leakyGradient(op.slope(), in.get(0), in.get(1)));
            case MaxPool.Forward op -> List.of(ReferenceShape.maximum(op, node, in.get(0)));
            case AveragePool.Forward op -> List.of(ReferenceShape.average(op, node, in.get(0)));
            case Upsample.Forward op -> List.of(ReferenceShape.upsample(op.factor(), node, in.get(0)));
            case Softmax.Forward _ -> List.of(ReferenceAttention.softmax(node, in.get(0)));
            case Softmax.Gradient _ -> List.of(ReferenceAttention.softmaxGradient(node, in.get(0), in.get(1)));
            case Concat op -> List.of(ReferenceCopy.concat(node, in));
            case Slice.Forward op -> List.of(ReferenceCopy.slice(op, node, in.get(0)));
            case Add op -> List.of(ReferenceCopy.add(in.get(0), in.get(1)));
            case Flat.View op -> List.of(ReferenceCopy.view(op, in.get(0)));
            case Flat.Pack op -> List.of(ReferenceCopy.pack(in.subList(op.firstPart(), in.size())));
            case Pixels op -> List.of(ReferenceCopy.times(in.get(0), 1 / 255.0));
            case Cast _, Detach _, Reshape _ -> List.of(in.get(0));
            case DetectionLoss op -> new ReferenceDetectionLoss(op, node, in).results();
            case DetectionLoss.Assign op -> ReferenceDetectionLoss.assign(op, node, in);
            case AllReduce _ -> throw new IllegalArgumentException(node + " needs the vectors of all ranks");
            case DetectionDecode op -> List.of(ReferenceDetectionDecode.decode(op, node, in));
            case GradientNorm op -> List.of(new double[] {ReferenceUpdate.norm(in.get(0))});
            case LossScale.Apply op -> List.of(ReferenceUpdate.scaled(in.get(0), in.get(1)));
            case LossScale.Adjust op -> List.of(ReferenceUpdate.adjusted(op, in.get(0), in.get(1)[0]));
            case Update op -> new ReferenceUpdate(op, in).results();
        };
    }

    /// Result of an accumulating op before it is added to an existing gradient.
    private static double[] contribution(Accumulating op, Node node, List<double[]> in) {
        return switch (op) {
            case Conv2d.DataGrad grad -> ReferenceConvolution.dataGradient(grad, node, in.get(0), in.get(1));
            case Conv2d.WeightGrad grad -> ReferenceConvolution.weightGradient(grad, node, in.get(0), in.get(1));
            case Conv2d.BiasGrad grad -> ReferenceConvolution.biasGradient(node, in.get(0));
            case MaxPool.Gradient grad -> ReferenceShape.maximumGradient(grad, node, in.get(0), in.get(1));
            case AveragePool.Gradient grad -> ReferenceShape.averageGradient(grad, node, in.get(0));
            case MatMul product -> ReferenceAttention.product(product, node, in.get(0), in.get(1));
            case Upsample.Gradient grad -> ReferenceShape.upsampleGradient(grad.factor(), node, in.get(0));
            case Slice.Gradient grad -> ReferenceCopy.sliceGradient(grad, node, in.get(0));
        };
    }

    private static double[] checked(Value value, double[] contents) {
        if (contents == null || contents.length != value.shape().count()) {
            throw new IllegalArgumentException(value + " needs " + value.shape().count() + " elements, but has "
                    + (contents == null ? "none" : contents.length));
        }
        return contents;
    }
}
