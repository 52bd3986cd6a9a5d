package io.yolofit.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A computation: inputs, nodes in execution order, and outputs. Immutable; passes build new graphs.
public final class Graph {
    private final List<Value> inputs;
    private final List<Node> nodes;
    private final Map<String, Value> outputs;
    private final Map<Value, List<Node>> readers = new IdentityHashMap<>();
    private final Map<String, Value> inputsByName = new HashMap<>();

    Graph(List<Value> inputs, List<Node> nodes, Map<String, Value> outputs) {
        this.inputs = List.copyOf(inputs);
        this.nodes = List.copyOf(nodes);
        this.outputs = Collections.unmodifiableMap(new java.util.LinkedHashMap<>(outputs));
        for (Value input : inputs) {
            inputsByName.put(input.name(), input);
        }
        for (Node node : nodes) {
            for (Value input : node.inputs()) {
                readers.computeIfAbsent(input, value -> new ArrayList<>()).add(node);
            }
        }
    }

    public List<Value> inputs() {
        return inputs;
    }

    /// Nodes in execution order, a topological order: every node follows the producers of its inputs.
    public List<Node> nodes() {
        return nodes;
    }

    /// Results of the graph, by name.
    public Map<String, Value> outputs() {
        return outputs;
    }

    public boolean hasInput(String name) {
        return inputsByName.containsKey(name);
    }

    public Value input(String name) {
        Value value = inputsByName.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the graph has no input '" + name + "'; it has "
                    + inputsByName.keySet());
        }
        return value;
    }

    public Value output(String name) {
        Value value = outputs.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the graph has no output '" + name + "'; it has " + outputs.keySet());
        }
        return value;
    }

    /// Nodes that read the value, in execution order; a node that reads it twice occurs twice.
    public List<Node> readers(Value value) {
        return readers.getOrDefault(value, List.of());
    }

    /// Whether any reader needs the value packed, that is, not as a channel slice of a wider tensor.
    public boolean hasPackedReader(Value value) {
        for (Node reader : readers(value)) {
            for (int i = 0; i < reader.inputs().size(); i++) {
                if (reader.input(i) == value && reader.op().readsPacked(i)) {
                    return true;
                }
            }
        }
        return false;
    }

    public boolean isOutput(Value value) {
        return outputs.containsValue(value);
    }

    /// All values: inputs, then outputs of the nodes in execution order.
    public List<Value> values() {
        List<Value> values = new ArrayList<>(inputs);
        for (Node node : nodes) {
            values.addAll(node.outputs());
        }
        return values;
    }

    /// All values that the given ones are computed from, directly or indirectly, including themselves.
    public Set<Value> dependencies(Collection<Value> values) {
        Set<Value> found = Collections.newSetFromMap(new IdentityHashMap<>());
        found.addAll(values);
        for (Node node : nodes.reversed()) {
            if (node.outputs().stream().anyMatch(found::contains)) {
                found.addAll(node.inputs());
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return GraphText.of(this);
    }
}
