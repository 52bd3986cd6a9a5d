package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Differentiable;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Tape;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.testkit.Seed;
import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.architecture.LayerSpec;
import io.yolofit.zoo.architecture.Scale;
import io.yolofit.zoo.block.Inputs;
import io.yolofit.zoo.block.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Gradients of whole blocks, with respect to their input and all their parameters at once, by finite differences in a
/// random direction, in fp64.
class BlockGradientTest {
    private static final double STEP = 1e-6;
    private static final double TOLERANCE = 2e-6;
    private static final long[] INPUT = {2, 6, 8, 8};

    private final GraphBuilder builder = new GraphBuilder();
    private final Map<String, double[]> contents = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {
        "{block: Conv, out: 8, kernel: 3, stride: 2}",
        "{block: DWConv, out: 16, kernel: 3}",
        "{block: C2f, out: 8, repeats: 2, shortcut: true}",
        "{block: C2, out: 8}",
        "{block: C3, out: 8}",
        "{block: C3k, out: 8, repeats: 2}",
        "{block: SPPF, out: 8, kernel: 3, pools: 2, shortcut: true}",
        "{block: ELAN1, out: 8, split: 6, inner: 4}",
        "{block: RepNCSPELAN4, out: 8, split: 6, inner: 4, length: 2}",
        "{block: AConv, out: 8}",
        "{block: ADown, out: 8}",
        "{block: SPPELAN, out: 8, inner: 4, kernel: 3}",
        "{block: SCDown, out: 8, kernel: 3, stride: 2}",
        "{block: C2fCIB, out: 8, shortcut: true, large: true}",
        "{block: C2fCIB, out: 8, shortcut: true, large: false}",
        "{block: PSA, out: 8}",
        "{block: C2PSA, out: 8, repeats: 2}",
        "{block: C3k2, out: 8, c3k: false}",
        "{block: C3k2, out: 8, c3k: true, repeats: 2}",
        "{block: C3k2, out: 8, c3k: true, expansion: 0.5, attention: true}",
        "{block: A2C2f, out: 8, areas: 4, repeats: 2}",
        "{block: A2C2f, out: 8, areas: 2, residual: true, ratio: 1.5}",
        "{block: A2C2f, out: 8, attention: false}"})
    void gradientsOfABlockMatchFiniteDifferences(String row) {
        check(row);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{block: CBFuse, from: [1, 2, -1], parts: [0, 1]}"})
    void gradientsOfPartsAndTheirSumMatchFiniteDifferences(String fuse) {
        check("{block: Conv, out: 8, kernel: 3, stride: 2}", "{block: CBLinear, widths: [16]}",
                "{block: CBLinear, from: 0, widths: [8, 16]}", "{block: Conv, from: 0, out: 16}",
                "{block: Upsample, factor: 2}", fuse);
    }

    private void check(String... rows) {
        Seed seed = new Seed(Arrays.hashCode(rows));
        Value y = build("rows:\n  - " + String.join("\n  - ", rows) + "\n");
        Graph forward = builder.build();
        forward.inputs().forEach(input -> contents.put(input.name(), initial(input, seed)));
        Value dy = builder.input("dy", y.type(), Role.ACTIVATION_GRADIENT);
        contents.put("dy", seed.normal(y.shape().count()));
        builder.output("y", y);
        Gradients gradients = new Gradients(y, dy);
        for (Node node : forward.nodes().reversed()) {
            if (node.outputs().stream().anyMatch(gradients.sums::containsKey)) {
                ((Differentiable) node.op()).gradient(gradients, node);
            }
        }
        List<Value> wanted = forward.inputs().stream().filter(input -> input.role() != Role.STATISTIC).toList();
        wanted.forEach(value -> builder.output(value.name() + ".grad", gradients.sums.get(value)));
        compare(builder.build(), wanted, seed);
    }

    private Value build(String text) {
        Architecture architecture = ArchitectureReader.read(text, "block.yaml");
        Value x = builder.input("x", TensorType.of(DType.F32, INPUT), Role.ACTIVATION);
        List<List<Value>> outputs = new ArrayList<>();
        for (LayerSpec layer : architecture.layers()) {
            Scope scope = new Scope(builder, "model." + layer.index(), Scale.whole(), architecture.activation(), 1);
            Inputs inputs = new Inputs(layer.from().stream().map(row -> row < 0 ? List.of(x) : outputs.get(row))
                    .toList());
            var block = BlockCatalog.of(layer, Set.of());
            outputs.add(block.build(scope, inputs, layer.arguments().bind(layer.block(), block.fields()),
                    layer.repeats()));
        }
        return outputs.getLast().getFirst();
    }

    private static double[] initial(Value input, Seed seed) {
        return input.shape().rank() == 1 ? seed.uniform(input.shape().count(), .5, 1.5)
                : seed.normal(input.shape().count());
    }

    private void compare(Graph graph, List<Value> wanted, Seed seed) {
        Evaluation evaluation = Interpreter.run(graph, contents);
        Map<String, double[]> directions = new HashMap<>();
        double expected = 0;
        for (Value value : wanted) {
            double[] direction = seed.normal(value.shape().count());
            double[] gradient = evaluation.output(value.name() + ".grad");
            assertThat(gradient).as("gradient of %s", value).hasSize(direction.length);
            for (int i = 0; i < direction.length; i++) {
                expected += gradient[i] * direction[i];
            }
            directions.put(value.name(), direction);
        }
        double difference = (loss(graph, directions, STEP) - loss(graph, directions, -STEP)) / (2 * STEP);
        assertThat(difference).isCloseTo(expected, Offset.offset(TOLERANCE * Math.max(1, Math.abs(expected))));
    }

    private double loss(Graph graph, Map<String, double[]> directions, double step) {
        Map<String, double[]> moved = new HashMap<>(contents);
        directions.forEach((name, direction) -> {
            double[] values = contents.get(name).clone();
            for (int i = 0; i < values.length; i++) {
                values[i] += step * direction[i];
            }
            moved.put(name, values);
        });
        double[] y = Interpreter.run(graph, moved).output("y");
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * contents.get("dy")[i];
        }
        return sum;
    }

    /// Gradients so far, by forward value.
    private final class Gradients implements Tape {
        private final Map<Value, Value> sums = new IdentityHashMap<>();

        Gradients(Value y, Value dy) {
            sums.put(y, dy);
        }

        @Override
        public Value gradientOf(Value output) {
            return sums.get(output);
        }

        @Override
        public boolean wants(Value input) {
            return input.role() != Role.STATISTIC;
        }

        @Override
        public void contribute(Value input, Op op, Value... operands) {
            Value existing = sums.get(input);
            if (existing != null && op instanceof Accumulating) {
                Value[] extended = Arrays.copyOf(operands, operands.length + 1);
                extended[operands.length] = existing;
                sums.put(input, emit(op, extended).getFirst());
            } else {
                contribute(input, emit(op, operands).getFirst());
            }
        }

        @Override
        public void contribute(Value input, Value gradient) {
            Value existing = sums.get(input);
            sums.put(input, existing == null ? gradient : emit(new Add(), existing, gradient).getFirst());
        }

        @Override
        public List<Value> emit(Op op, Value... operands) {
            return builder.emit(op, "gradient", Role.ACTIVATION_GRADIENT, operands);
        }
    }
}
