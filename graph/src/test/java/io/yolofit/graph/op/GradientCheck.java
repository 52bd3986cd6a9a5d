package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Checks an op's gradient rule by finite differences: the rule emits its nodes after the op, the interpreter runs
/// them, and `<gradient, v>` must be `<dy, (f(x + h v) - f(x - h v)) / 2h>` for a random direction v.
final class GradientCheck {
    private static final double STEP = 1e-5;
    private static final double TOLERANCE = 1e-6;

    private final GraphBuilder builder = new GraphBuilder();
    private final List<Value> inputs = new ArrayList<>();
    private final Map<String, double[]> contents = new HashMap<>();
    private final Map<Value, Value> existing = new IdentityHashMap<>();
    private final List<Value> wanted = new ArrayList<>();
    private final Seed seed;

    GradientCheck(Seed seed) {
        this.seed = seed;
    }

    /// An operand whose gradient is checked.
    Value operand(Shape shape, double[] values) {
        Value value = constant(shape, values);
        wanted.add(value);
        return value;
    }

    /// An operand without gradient.
    Value constant(Shape shape, double[] values) {
        String name = "in" + inputs.size();
        Value value = builder.input(name, new TensorType(DType.F32, shape), Role.ACTIVATION);
        inputs.add(value);
        contents.put(name, values);
        return value;
    }

    /// Gives an operand a gradient from another reader, to which the rule must add.
    void hasGradientAlready(Value operand) {
        String name = operand.name() + ".existing";
        existing.put(operand, builder.input(name, operand.type(), Role.ACTIVATION_GRADIENT));
        contents.put(name, seed.normal(operand.shape().count()));
    }

    /// Checks the gradient of an op's first output.
    Graph check(Op op, Value... operands) {
        return check(emit(op, operands));
    }

    /// Emits a node; returns its first output.
    Value emit(Op op, Value... operands) {
        return builder.emit(op, "node", Role.ACTIVATION, operands).getFirst();
    }

    /// Checks the gradient of a value through all nodes so far.
    Graph check(Value y) {
        List<Node> nodes = builder.build().nodes().reversed();
        Value dy = builder.input("dy", y.type(), Role.ACTIVATION_GRADIENT);
        contents.put("dy", seed.normal(y.shape().count()));
        builder.output("y", y);
        RuleTape tape = new RuleTape(y, dy);
        nodes.forEach(node -> ((Differentiable) node.op()).gradient(tape, node));
        for (Value operand : wanted) {
            builder.output(operand.name(), tape.gradients.get(operand));
        }
        Graph graph = builder.build();
        compare(graph, y.producer().op());
        return graph;
    }

    private void compare(Graph graph, Op op) {
        Evaluation evaluation = Interpreter.run(graph, contents);
        Map<String, double[]> directions = new HashMap<>();
        double expected = 0;
        for (Value operand : wanted) {
            double[] direction = seed.normal(operand.shape().count());
            directions.put(operand.name(), direction);
            double[] gradient = evaluation.output(operand.name());
            if (existing.containsKey(operand)) {
                gradient = Vectors.moved(gradient, -1, contents.get(operand.name() + ".existing"));
            }
            expected += Vectors.dot(gradient, direction);
        }
        double difference = (loss(graph, directions, STEP) - loss(graph, directions, -STEP)) / (2 * STEP);
        Vectors.assertClose(expected, difference, TOLERANCE, "the directional derivative of " + op.text());
    }

    private double loss(Graph graph, Map<String, double[]> directions, double step) {
        Map<String, double[]> moved = new HashMap<>(contents);
        directions.forEach((name, direction) -> moved.put(name, Vectors.moved(contents.get(name), step, direction)));
        return Vectors.dot(contents.get("dy"), Interpreter.run(graph, moved).output("y"));
    }

    /// Result of a graph for the inputs.
    Evaluation run(Graph graph) {
        return Interpreter.run(graph, contents);
    }

    /// A tape for the nodes so far.
    private final class RuleTape implements Tape {
        private final Map<Value, Value> gradients = new IdentityHashMap<>();

        RuleTape(Value y, Value dy) {
            gradients.putAll(existing);
            gradients.put(y, dy);
        }

        @Override
        public Value gradientOf(Value output) {
            return gradients.get(output);
        }

        @Override
        public boolean wants(Value input) {
            return wanted.contains(input) || !input.isInput();
        }

        @Override
        public void contribute(Value input, Op op, Value... operands) {
            Value before = gradients.get(input);
            if (before != null && op instanceof Accumulating) {
                Value[] extended = Arrays.copyOf(operands, operands.length + 1);
                extended[operands.length] = before;
                gradients.put(input, emit(op, extended).getFirst());
            } else {
                contribute(input, emit(op, operands).getFirst());
            }
        }

        @Override
        public void contribute(Value input, Value gradient) {
            Value before = gradients.get(input);
            gradients.put(input, before == null ? gradient : emit(new Add(), before, gradient).getFirst());
        }

        @Override
        public List<Value> emit(Op op, Value... operands) {
            return builder.emit(op, "gradient", Role.ACTIVATION_GRADIENT, operands);
        }
    }

    /// The node that an output of the graph comes from.
    static Node producer(Graph graph, Value operand) {
        return graph.output(operand.name()).producer();
    }
}
