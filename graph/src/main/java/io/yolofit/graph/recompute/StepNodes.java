package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.plan.MemorySketch;
import io.yolofit.graph.plan.NodeFacts;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.CheckpointSegments.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The nodes of a training step by number, with what [NodeSequence] needs of each: computed once for all choices that a
/// search evaluates. Values have their [Value#id].
final class StepNodes {
    private final CheckpointSegments segments;
    private final WorkspaceModel workspace;
    private final List<Node> nodes;
    private final int valueCount;
    private final NodeFacts[] facts;
    private final int[][] inputs;
    private final int[][] outputs;
    private final int[] producers;
    private final Kind[] kinds;
    private final String[] segmentNames;
    private final Recomputation[] recomputations;
    private final boolean[] readLate;

    /// How a node is recomputed.
    ///
    /// @param node     the node to emit, with operands of the forward pass
    /// @param operands their ids
    record Recomputation(Node node, NodeFacts facts, int[] operands) {
    }

    StepNodes(CheckpointSegments segments, WorkspaceModel workspace) {
        this.segments = segments;
        this.workspace = workspace;
        nodes = segments.graph().nodes();
        valueCount = MemorySketch.valueCount(segments.graph());
        facts = new NodeFacts[nodes.size()];
        inputs = new int[nodes.size()][];
        outputs = new int[nodes.size()][];
        segmentNames = new String[nodes.size()];
        recomputations = new Recomputation[nodes.size()];
        producers = new int[valueCount];
        kinds = new Kind[nodes.size()];
        readLate = new boolean[valueCount];
        Map<String, String> names = new HashMap<>(); // so that equal names are one object
        for (int i = 0; i < facts.length; i++) {
            Node node = nodes.get(i);
            facts[i] = NodeFacts.of(node, workspace);
            inputs[i] = MemorySketch.ids(node.inputs());
            outputs[i] = MemorySketch.ids(node.outputs());
            String name = CheckpointSegments.segment(node);
            segmentNames[i] = names.computeIfAbsent(name, same -> same);
            kinds[i] = node.phase() == Phase.FORWARD ? segments.kind(node.output(0)) : Kind.FIXED;
            for (int output : outputs[i]) {
                producers[output] = i;
            }
            for (int input : inputs[i]) {
                readLate[input] |= !isEarly(i);
            }
        }
    }

    Graph graph() {
        return segments.graph();
    }

    CheckpointSegments segments() {
        return segments;
    }

    int count() {
        return facts.length;
    }

    /// A number above the ids of all values.
    int valueCount() {
        return valueCount;
    }

    Node node(int node) {
        return nodes.get(node);
    }

    NodeFacts facts(int node) {
        return facts[node];
    }

    int[] inputs(int node) {
        return inputs[node];
    }

    int[] outputs(int node) {
        return outputs[node];
    }

    String segment(int node) {
        return segmentNames[node];
    }

    /// Cost class of recomputing a node's first output; further outputs are statistics.
    Kind kind(int node) {
        return kinds[node];
    }

    /// Whether a node executes before activations are dropped: in the forward pass, or in the loss, which reads them.
    boolean isEarly(int node) {
        return nodes.get(node).phase() == Phase.FORWARD || nodes.get(node).phase() == Phase.LOSS;
    }

    /// Whether a node after these reads a value.
    boolean isReadLate(int value) {
        return readLate[value];
    }

    /// The node that writes a value, which is not an input of the graph.
    int producer(int value) {
        return producers[value];
    }

    /// How a node of the forward pass is recomputed: a batch norm from its saved statistics, other nodes unchanged.
    Recomputation recomputation(int node) {
        if (recomputations[node] == null) {
            Node source = nodes.get(node);
            Op op = source.op();
            List<Value> operands = new ArrayList<>(source.inputs());
            if (op instanceof BnAct.Forward forward) {
                op = new BnAct.Apply(forward.activation());
                operands.subList(3, BnAct.RESIDUAL).clear();
                operands.addAll(3, source.outputs().subList(1, 3));
            }
            var builder = new GraphBuilder();
            builder.phase(Phase.BACKWARD);
            Node emitted = builder.emit(op, source.name() + Rematerializer.SUFFIX, Role.ACTIVATION, operands)
                    .getFirst().producer();
            recomputations[node] = new Recomputation(emitted, NodeFacts.of(emitted, workspace),
                    MemorySketch.ids(operands));
        }
        return recomputations[node];
    }
}
