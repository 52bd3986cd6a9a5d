package io.yolofit.graph.reference;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Alias;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Result of running a graph: the elements of every value, in row-major order.
public final class Evaluation {
    private final Graph graph;
    private final Map<Value, double[]> contents;

    Evaluation(Graph graph, Map<Value, double[]> contents) {
        this.graph = graph;
        this.contents = new IdentityHashMap<>(contents);
    }

    /// Elements of any value of the graph.
    public double[] of(Value value) {
        double[] elements = contents.get(value);
        if (elements == null) {
            throw new IllegalArgumentException(value + " is not a value of the graph that was run");
        }
        return elements.clone();
    }

    /// Elements of an output of the graph.
    public double[] output(String name) {
        return of(graph.output(name));
    }

    /// All outputs of the graph, by name.
    public Map<String, double[]> outputs() {
        Map<String, double[]> outputs = new LinkedHashMap<>();
        graph.outputs().forEach((name, value) -> outputs.put(name, of(value)));
        return outputs;
    }

    /// Contents of an input after the run: unchanged, or as written by the last node that updates it in place.
    public double[] state(String input) {
        Value current = graph.input(input);
        for (Node node : graph.nodes()) {
            for (Alias alias : node.op().aliases(node)) {
                if (alias.kind() == Alias.Kind.IN_PLACE && node.input(alias.input()) == current) {
                    current = node.output(alias.output());
                    break;
                }
            }
        }
        return of(current);
    }
}
