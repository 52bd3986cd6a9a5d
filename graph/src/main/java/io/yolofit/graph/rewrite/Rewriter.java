package io.yolofit.graph.rewrite;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Op;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Copies a graph node by node while a pass replaces some of its nodes and values: the common part of all passes.
public final class Rewriter {
    private final Graph source;
    private final GraphBuilder builder = new GraphBuilder();
    private final Map<Value, Value> replacements = new IdentityHashMap<>();

    /// @param source is not changed
    public Rewriter(Graph source) {
        this.source = source;
    }

    /// Builder of the new graph, for nodes that a pass adds. They belong to the phase of the node copied last, unless
    /// the pass sets another one.
    public GraphBuilder builder() {
        return builder;
    }

    /// Copies an input of the source.
    public Value copyInput(Value input) {
        Value copy = builder.input(input.name(), input.type(), input.role());
        replace(input, copy);
        return copy;
    }

    /// Copies all inputs, in order.
    public void copyInputs() {
        source.inputs().forEach(this::copyInput);
    }

    /// Maps a value of the source to a value of the new graph.
    public void replace(Value old, Value with) {
        replacements.put(old, with);
    }

    /// The value of the new graph that a value of the source is mapped to.
    ///
    /// @throws IllegalStateException if there is none
    public Value now(Value old) {
        Value value = replacements.get(old);
        if (value == null) {
            throw new IllegalStateException(old + " was dropped, but something still reads it");
        }
        return value;
    }

    /// The same for a list of values.
    public List<Value> now(List<Value> old) {
        return old.stream().map(this::now).toList();
    }

    /// Copies a node.
    public void copy(Node node) {
        copy(node, node.op());
    }

    /// Copies a node with another op; outputs correspond one to one.
    public void copy(Node node, Op op) {
        copy(node, op, now(node.inputs()));
    }

    /// Copies a node with other operands, which are values of the new graph.
    public void copy(Node node, List<Value> operands) {
        copy(node, node.op(), operands);
    }

    private void copy(Node node, Op op, List<Value> operands) {
        builder.phase(node.phase());
        List<Value> outputs = builder.emit(op, node.name(), node.output(0).role(), operands);
        for (int i = 0; i < outputs.size(); i++) {
            replace(node.output(i), outputs.get(i));
        }
    }

    /// Copies all nodes, in order.
    public void copyNodes() {
        source.nodes().forEach(this::copy);
    }

    /// Copies the outputs, with their names.
    public void copyOutputs() {
        source.outputs().forEach((name, value) -> builder.output(name, now(value)));
    }

    /// The new graph, complete.
    public Graph finish() {
        return builder.build();
    }
}
