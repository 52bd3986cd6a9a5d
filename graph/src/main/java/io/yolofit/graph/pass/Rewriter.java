package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Op;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Copies a graph node by node while a pass replaces what it wants: the common part of all passes.
final class Rewriter {
    private final Graph source;
    private final GraphBuilder builder = new GraphBuilder();
    private final Map<Value, Value> replacements = new IdentityHashMap<>();

    Rewriter(Graph source) {
        this.source = source;
    }

    GraphBuilder builder() {
        return builder;
    }

    /// Copies an input of the source.
    Value copyInput(Value input) {
        Value copy = builder.input(input.name(), input.type(), input.role());
        replace(input, copy);
        return copy;
    }

    void copyInputs() {
        source.inputs().forEach(this::copyInput);
    }

    void replace(Value old, Value with) {
        replacements.put(old, with);
    }

    /// What stands for a value of the source in the new graph.
    Value now(Value old) {
        Value value = replacements.get(old);
        if (value == null) {
            throw new IllegalStateException(old + " was dropped, but something still reads it");
        }
        return value;
    }

    List<Value> now(List<Value> old) {
        return old.stream().map(this::now).toList();
    }

    /// Copies a node.
    void copy(Node node) {
        copy(node, node.op());
    }

    /// Copies a node with another op in its place; outputs are replaced one for one.
    void copy(Node node, Op op) {
        copy(node, op, now(node.inputs()));
    }

    /// Copies a node with other operands, values of the new graph.
    void copy(Node node, List<Value> operands) {
        copy(node, node.op(), operands);
    }

    private void copy(Node node, Op op, List<Value> operands) {
        List<Value> outputs = builder.emit(op, node.name(), node.output(0).role(), operands);
        for (int i = 0; i < outputs.size(); i++) {
            replace(node.output(i), outputs.get(i));
        }
    }

    void copyNodes() {
        source.nodes().forEach(this::copy);
    }

    void copyOutputs() {
        source.outputs().forEach((name, value) -> builder.output(name, now(value)));
    }

    Graph finish() {
        return builder.build();
    }
}
