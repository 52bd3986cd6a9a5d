package io.yolofit.graph.rewrite;

import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Op;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Copies a graph node by node while a pass replaces what it wants: the common part of all passes.
public final class Rewriter {
    private final Graph source;
    private final GraphBuilder builder = new GraphBuilder();
    private final Map<Value, Value> replacements = new IdentityHashMap<>();

    /// @param source stays as it is
    public Rewriter(Graph source) {
        this.source = source;
    }

    /// The new graph, for what a pass adds.
    public GraphBuilder builder() {
        return builder;
    }

    /// Copies an input of the source.
    public Value copyInput(Value input) {
        Value copy = builder.input(input.name(), input.type(), input.role());
        replace(input, copy);
        return copy;
    }

    /// Copies all of them, in their order.
    public void copyInputs() {
        source.inputs().forEach(this::copyInput);
    }

    /// Lets a value of the new graph stand for one of the source.
    public void replace(Value old, Value with) {
        replacements.put(old, with);
    }

    /// What stands for a value of the source in the new graph.
    ///
    /// @throws IllegalStateException if nothing does
    public Value now(Value old) {
        Value value = replacements.get(old);
        if (value == null) {
            throw new IllegalStateException(old + " was dropped, but something still reads it");
        }
        return value;
    }

    /// The same for several.
    public List<Value> now(List<Value> old) {
        return old.stream().map(this::now).toList();
    }

    /// Copies a node.
    public void copy(Node node) {
        copy(node, node.op());
    }

    /// Copies a node with another op in its place; outputs are replaced one for one.
    public void copy(Node node, Op op) {
        copy(node, op, now(node.inputs()));
    }

    /// Copies a node with other operands, values of the new graph.
    public void copy(Node node, List<Value> operands) {
        copy(node, node.op(), operands);
    }

    private void copy(Node node, Op op, List<Value> operands) {
        List<Value> outputs = builder.emit(op, node.name(), node.output(0).role(), operands);
        for (int i = 0; i < outputs.size(); i++) {
            replace(node.output(i), outputs.get(i));
        }
    }

    /// Copies all of them, in their order.
    public void copyNodes() {
        source.nodes().forEach(this::copy);
    }

    /// Names what stands for the outputs as these were named.
    public void copyOutputs() {
        source.outputs().forEach((name, value) -> builder.output(name, now(value)));
    }

    /// The new graph, complete.
    public Graph finish() {
        return builder.build();
    }
}
