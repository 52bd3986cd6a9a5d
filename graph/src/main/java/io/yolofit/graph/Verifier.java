package io.yolofit.graph;

import io.yolofit.graph.op.Alias;
import io.yolofit.graph.op.Operands;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks the invariants of every graph, after every pass: values are defined before they are read, types match the
/// ops' shape rules, phases are in their order, and nothing reads a value, or a view of it, after an op has overwritten
/// it in place.
public final class Verifier {
    private final Set<Value> defined = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Value> overwritten = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Value, Value> wholeOfView = new IdentityHashMap<>();
    private Phase phase = Phase.FORWARD;

    private Verifier() {
    }

    /// @throws IllegalStateException that names the node and the violated rule
    public static void verify(Graph graph) {
        Verifier verifier = new Verifier();
        verifier.defined.addAll(graph.inputs());
        graph.nodes().forEach(verifier::visit);
        graph.outputs().forEach(verifier::visitOutput);
    }

    private void visit(Node node) {
        require(node.phase().compareTo(phase) >= 0, node, "of phase %s follows a node of phase %s", node.phase(),
                phase);
        phase = node.phase();
        for (Value input : node.inputs()) {
            require(defined.contains(input), node, "reads %s before it is written", input);
            require(!isOverwritten(input), node, "reads %s after it was overwritten in place", input);
        }
        List<TensorType> expected = node.op().infer(new Operands(node.op(), node.name(), node.inputs()));
        List<TensorType> actual = node.outputs().stream().map(Value::type).toList();
        require(expected.equals(actual), node, "has outputs %s, but its shape rule says %s", actual, expected);
        for (Alias alias : node.op().aliases(node)) {
            switch (alias.kind()) {
                case IN_PLACE -> overwritten.add(node.input(alias.input()));
                case VIEW -> wholeOfView.put(node.output(alias.output()), node.input(alias.input()));
                case SLOT, REUSE -> { } // legal in any graph; BufferAssignment decides where memory is shared
            }
        }
        for (Value output : node.outputs()) {
            require(defined.add(output), node, "writes %s twice", output);
        }
    }

    private void visitOutput(String name, Value value) {
        if (!defined.contains(value)) {
            throw new IllegalStateException("output '" + name + "' is never written: " + value);
        }
        if (isOverwritten(value)) {
            throw new IllegalStateException("output '" + name + "' was overwritten in place: " + value);
        }
    }

    private boolean isOverwritten(Value value) {
        for (Value whole = value; whole != null; whole = wholeOfView.get(whole)) {
            if (overwritten.contains(whole)) {
                return true;
            }
        }
        return false;
    }

    private static void require(boolean holds, Node node, String format, Object... arguments) {
        if (!holds) {
            throw new IllegalStateException(node + " " + String.format(format, arguments));
        }
    }
}
