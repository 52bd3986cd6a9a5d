package io.yolofit.graph;

import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Operands;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Builds a graph node by node, in execution order. Output types come from the op's shape rule, so a built graph is
/// well typed.
public final class GraphBuilder {
    private final List<Value> inputs = new ArrayList<>();
    private final Set<String> inputNames = new HashSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private Phase phase = Phase.FORWARD;
    private int nextId;

    /// Sets the phase of the nodes that are emitted from now on; initially the forward pass.
    public void phase(Phase next) {
        phase = next;
    }

    /// A new input of the graph.
    public Value input(String name, TensorType type, Role role) {
        if (!inputNames.add(name)) {
            throw new IllegalArgumentException("the graph already has an input '" + name + "'");
        }
        Value value = new Value(nextId++, name, type, role, null, 0);
        inputs.add(value);
        return value;
    }

    /// Appends a node.
    ///
    /// @param role of all outputs, unless the op overrides it ([Op#roles])
    /// @throws ModelException if the operands do not fit the op
    public List<Value> emit(Op op, String name, Role role, Value... operands) {
        return emit(op, name, role, Arrays.asList(operands));
    }

    /// Same as [#emit(Op, String, Role, Value...)].
    public List<Value> emit(Op op, String name, Role role, List<Value> operands) {
        Node node = new Node(op, name, phase, operands);
        List<TensorType> types = op.infer(new Operands(op, name, operands));
        List<Role> roles = op.roles(role, types.size());
        List<Value> values = new ArrayList<>(types.size());
        for (int i = 0; i < types.size(); i++) {
            String suffix = op.outputSuffix(i);
            values.add(new Value(nextId++, name + suffix, types.get(i), roles.get(i), node, i));
        }
        node.outputs(values);
        nodes.add(node);
        return node.outputs();
    }

    /// Marks a value as a result of the graph.
    public void output(String name, Value value) {
        if (outputs.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("the graph already has an output '" + name + "'");
        }
    }

    public Graph build() {
        return new Graph(inputs, nodes, outputs);
    }
}
