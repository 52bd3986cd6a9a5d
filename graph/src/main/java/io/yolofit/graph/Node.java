package io.yolofit.graph;

import io.yolofit.graph.op.Op;
import java.util.List;

/// One application of an [Op] to values. Nodes are compared by identity.
public final class Node {
    private final Op op;
    private final String name;
    private final Phase phase;
    private final List<Value> inputs;
    private List<Value> outputs = List.of();

    Node(Op op, String name, Phase phase, List<Value> inputs) {
        this.op = op;
        this.name = name;
        this.phase = phase;
        this.inputs = List.copyOf(inputs);
    }

    void outputs(List<Value> values) {
        outputs = List.copyOf(values);
    }

    public Op op() {
        return op;
    }

    /// Path of the module that this node comes from, such as `model.4.m.0.cv1`.
    public String name() {
        return name;
    }

    public Phase phase() {
        return phase;
    }

    public List<Value> inputs() {
        return inputs;
    }

    public Value input(int index) {
        return inputs.get(index);
    }

    public List<Value> outputs() {
        return outputs;
    }

    public Value output(int index) {
        return outputs.get(index);
    }

    @Override
    public String toString() {
        return op.name() + " " + name;
    }
}
