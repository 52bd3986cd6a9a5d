package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.NodeFacts.ValueFacts;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// A graph reduced to what its memory depends on: nodes in execution order, with values as numbers. Passes that
/// evaluate many variants of a graph write sketches of them, which takes a fraction of the time of new graphs. The
/// lower bound of a sketch equals that of the graph's plan, because [BufferAssignment] and live ranges are computed on
/// sketches.
///
/// Call [#input] for all inputs, then [#node] for all nodes, then [#output].
public final class MemorySketch {
    private NodeFacts[] nodes;
    private int[][] inputs;
    private int[][] outputs;
    private int count;
    private ValueFacts[] values;
    private int[] producers;
    private int[] indices;
    private boolean[] results;
    private boolean[] persistent;
    private int[] graphInputs = new int[16];
    private int inputCount;

    /// @param values expected number of values; it may be exceeded
    /// @param nodes  expected number of nodes, likewise
    public MemorySketch(int values, int nodes) {
        this.nodes = new NodeFacts[nodes];
        inputs = new int[nodes][];
        outputs = new int[nodes][];
        this.values = new ValueFacts[values];
        producers = new int[values];
        indices = new int[values];
        results = new boolean[values];
        persistent = new boolean[values];
    }

    /// The sketch of a graph. Values have their [Value#id].
    static MemorySketch of(Graph graph, WorkspaceModel workspace) {
        var sketch = new MemorySketch(valueCount(graph), graph.nodes().size());
        sketch.inputs(graph.inputs());
        for (Node node : graph.nodes()) {
            sketch.node(NodeFacts.of(node, workspace), ids(node.inputs()), ids(node.outputs()));
        }
        sketch.outputs(graph.outputs().values());
        return sketch;
    }

    /// A number above the ids of all values of a graph.
    public static int valueCount(Graph graph) {
        int most = -1;
        for (Value input : graph.inputs()) {
            most = Math.max(most, input.id());
        }
        for (Node node : graph.nodes()) {
            for (Value output : node.outputs()) {
                most = Math.max(most, output.id());
            }
        }
        return most + 1;
    }

    /// The ids of values.
    public static int[] ids(List<Value> values) {
        int[] ids = new int[values.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = values.get(i).id();
        }
        return ids;
    }

    /// Adds the inputs of a graph, with their ids.
    public void inputs(List<Value> all) {
        for (Value value : all) {
            define(value.id(), ValueFacts.of(value.type()), -1, 0);
            persistent[value.id()] = value.role().persistent();
            if (inputCount == graphInputs.length) {
                graphInputs = Arrays.copyOf(graphInputs, 2 * inputCount);
            }
            graphInputs[inputCount++] = value.id();
        }
    }

    /// Appends a node. The arrays are kept and must not be changed.
    ///
    /// @param read    ids of its operands
    /// @param written ids of its results, which no other node writes
    public void node(NodeFacts facts, int[] read, int[] written) {
        if (count == nodes.length) {
            int larger = Math.max(16, 2 * count);
            nodes = Arrays.copyOf(nodes, larger);
            inputs = Arrays.copyOf(inputs, larger);
            outputs = Arrays.copyOf(outputs, larger);
        }
        nodes[count] = facts;
        inputs[count] = read;
        outputs[count] = written;
        for (int i = 0; i < written.length; i++) {
            define(written[i], facts.outputs[i], count, i);
        }
        count++;
    }

    /// Marks results of the graph, by their ids.
    public void outputs(Collection<Value> all) {
        all.forEach(value -> results[value.id()] = true);
    }

    private void define(int value, ValueFacts facts, int producer, int index) {
        if (value >= values.length) {
            int larger = Math.max(value + 1, 2 * values.length);
            values = Arrays.copyOf(values, larger);
            producers = Arrays.copyOf(producers, larger);
            indices = Arrays.copyOf(indices, larger);
            results = Arrays.copyOf(results, larger);
            persistent = Arrays.copyOf(persistent, larger);
        }
        values[value] = facts;
        producers[value] = producer;
        indices[value] = index;
    }

    /// Lower bound of the arena: the maximum of live bytes.
    public long lowerBound() {
        return Arrays.stream(liveBytes()).max().orElseThrow();
    }

    /// Live bytes during the execution of each node.
    public long[] liveBytes() {
        return new SketchRanges(this, new SketchAssignment(this)).liveBytes();
    }

    int nodeCount() {
        return count;
    }

    NodeFacts node(int node) {
        return nodes[node];
    }

    int[] inputs(int node) {
        return inputs[node];
    }

    int[] outputs(int node) {
        return outputs[node];
    }

    /// A number above all values, some of which may be undefined.
    int valueCount() {
        return values.length;
    }

    /// Sizes of a value; null if it is undefined.
    ValueFacts value(int value) {
        return values[value];
    }

    /// The node that writes a value; -1 for an input of the graph.
    int producer(int value) {
        return producers[value];
    }

    /// Index of a value among the outputs of its node.
    int index(int value) {
        return indices[value];
    }

    boolean isOutput(int value) {
        return results[value];
    }

    /// Whether a value is an input that keeps its contents between steps.
    boolean isPersistent(int value) {
        return persistent[value];
    }

    /// The inputs of the graph, in order.
    int[] graphInputs() {
        return Arrays.copyOf(graphInputs, inputCount);
    }
}
