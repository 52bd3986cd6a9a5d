package io.yolofit.graph;

import io.yolofit.graph.op.Alias;
import io.yolofit.graph.op.Operands;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Checks what every graph must keep, whatever pass wrote it: values are defined before they are read, types are what
/// the ops' shape rules say, and nothing reads a value after an op has overwritten it in place.
public final class Verifier {
    private Verifier() {
    }

    /// @throws IllegalStateException naming the node and the rule that is broken
    public static void verify(Graph graph) {
        Set<Value> defined = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Value> overwritten = Collections.newSetFromMap(new IdentityHashMap<>());
        defined.addAll(graph.inputs());
        for (Node node : graph.nodes()) {
            for (Value input : node.inputs()) {
                require(defined.contains(input), node, "reads %s before it is written", input);
                require(!overwritten.contains(input), node, "reads %s after it was overwritten in place", input);
            }
            List<TensorType> expected = node.op().infer(new Operands(node.op(), node.name(), node.inputs()));
            List<TensorType> actual = node.outputs().stream().map(Value::type).toList();
            require(expected.equals(actual), node, "has outputs %s, but its shape rule says %s", actual, expected);
            for (Alias alias : node.op().aliases(node)) {
                if (alias.kind() == Alias.Kind.IN_PLACE) {
                    overwritten.add(node.input(alias.input()));
                }
            }
            for (Value output : node.outputs()) {
                require(defined.add(output), node, "writes %s twice", output);
            }
        }
        graph.outputs().forEach((name, value) -> {
            if (!defined.contains(value)) {
                throw new IllegalStateException("output '" + name + "' is never written: " + value);
            }
        });
    }

    private static void require(boolean holds, Node node, String format, Object... arguments) {
        if (!holds) {
            throw new IllegalStateException(node + " " + String.format(format, arguments));
        }
    }
}
