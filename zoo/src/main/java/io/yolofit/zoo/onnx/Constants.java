package io.yolofit.zoo.onnx;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.reference.Interpreter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The values of a graph that depend on parameters and statistics only, such as folded weights: computed in fp64.
final class Constants {
    private final Map<Value, double[]> values = new IdentityHashMap<>();

    /// @param state parameters and statistics by name
    Constants(Graph graph, Map<String, float[]> state) {
        for (Value input : graph.inputs()) {
            if (input.role() != Role.INPUT) {
                values.put(input, doubles(state.get(input.name())));
            }
        }
        for (Node node : graph.nodes()) {
            if (node.inputs().stream().allMatch(values::containsKey)) {
                List<double[]> results = Interpreter.evaluate(node, node.inputs().stream().map(values::get).toList());
                for (int i = 0; i < results.size(); i++) {
                    values.put(node.output(i), results.get(i));
                }
            }
        }
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    boolean has(Value value) {
        return values.containsKey(value);
    }

    /// The elements, rounded once, in the layout of the graph.
    float[] of(Value value) {
        double[] wide = values.get(value);
        float[] rounded = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
            rounded[i] = (float) wide[i];
        }
        return rounded;
    }
}
