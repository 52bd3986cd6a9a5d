package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.MemorySketch;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A training step with recomputed nodes, as numbers: its memory is known without building its graph. Nodes of the step
/// keep the numbers of their values; values of recomputed nodes have numbers above these.
final class NodeSequence {
    private final StepNodes step;
    /// Nodes of the step; those that are recomputed as `-1 - node`.
    private int[] nodes;
    private int[][] operands;
    private int[][] results;
    private int count;
    private int values;

    NodeSequence(StepNodes step) {
        this.step = step;
        nodes = new int[step.count()];
        operands = new int[nodes.length][];
        results = new int[nodes.length][];
        values = step.valueCount();
    }

    /// The step as it is.
    static NodeSequence of(StepNodes step) {
        var sequence = new NodeSequence(step);
        for (int node = 0; node < step.count(); node++) {
            sequence.copy(node, step.inputs(node));
        }
        return sequence;
    }

    /// Appends a node of the step.
    ///
    /// @param read its operands, which may be recomputed ones
    void copy(int node, int[] read) {
        add(node, read, step.outputs(node));
    }

    /// Appends the recomputation of a node.
    ///
    /// @return its first result
    int recompute(int node, int[] read) {
        int[] written = new int[step.recomputation(node).node().outputs().size()];
        Arrays.setAll(written, i -> values + i);
        values += written.length;
        add(-1 - node, read, written);
        return written[0];
    }

    private void add(int node, int[] read, int[] written) {
        if (count == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * count);
            operands = Arrays.copyOf(operands, 2 * count);
            results = Arrays.copyOf(results, 2 * count);
        }
        nodes[count] = node;
        operands[count] = read;
        results[count] = written;
        count++;
    }

    /// Lower bound of the arena, bytes.
    long lowerBound() {
        return Arrays.stream(liveBytes()).max().orElseThrow();
    }

    int size() {
        return count;
    }

    /// The node of the step that a node is or recomputes.
    int source(int node) {
        return nodes[node] >= 0 ? nodes[node] : -1 - nodes[node];
    }

    boolean isRecomputed(int node) {
        return nodes[node] < 0;
    }

    /// The values that a node reads.
    int[] operands(int node) {
        return operands[node];
    }

    /// Live bytes during the execution of each node.
    long[] liveBytes() {
        var sketch = new MemorySketch(values, count);
        sketch.inputs(step.graph().inputs());
        for (int i = 0; i < count; i++) {
            sketch.node(nodes[i] >= 0 ? step.facts(nodes[i]) : step.recomputation(-1 - nodes[i]).facts(), operands[i],
                    results[i]);
        }
        sketch.outputs(step.graph().outputs().values());
        return sketch.liveBytes();
    }

    Graph graph() {
        var rewriter = new Rewriter(step.graph());
        Value[] now = new Value[values];
        rewriter.copyInputs();
        step.graph().inputs().forEach(input -> now[input.id()] = rewriter.now(input));
        for (int i = 0; i < count; i++) {
            List<Value> read = new ArrayList<>(operands[i].length);
            for (int operand : operands[i]) {
                read.add(now[operand]);
            }
            List<Value> written;
            if (nodes[i] >= 0) {
                Node node = step.node(nodes[i]);
                rewriter.copy(node, read);
                written = rewriter.now(node.outputs());
            } else {
                Node node = step.recomputation(-1 - nodes[i]).node();
                rewriter.builder().phase(Phase.BACKWARD);
                written = rewriter.builder().emit(node.op(), node.name(), Role.ACTIVATION, read);
            }
            for (int output = 0; output < written.size(); output++) {
                now[results[i][output]] = written.get(output);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }
}
