package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A small graph, run by an engine and by the fp64 interpreter from the same inputs. Inputs are rounded to their type
/// first, so that only the engine's arithmetic differs.
final class Agreement {
    private final GraphBuilder builder = new GraphBuilder();
    private final Map<String, double[]> contents = new LinkedHashMap<>();
    private final Map<String, Tolerance> tolerances = new LinkedHashMap<>();

    Value input(String name, TensorType type, double[] values) {
        double[] rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Elements.rounded(type.dtype(), values[i]);
        }
        contents.put(name, rounded);
        return builder.input(name, type, Role.INPUT);
    }

    /// An input of normally distributed numbers.
    Value normal(String name, Seed seed, DType type, long... dims) {
        TensorType tensor = TensorType.of(type, dims);
        return input(name, tensor, seed.normal(tensor.shape().count()));
    }

    Value uniform(String name, Seed seed, double least, double most, long... dims) {
        TensorType tensor = TensorType.of(DType.F32, dims);
        return input(name, tensor, seed.uniform(tensor.shape().count(), least, most));
    }

    /// Emits a node; returns its outputs.
    List<Value> emit(Op op, Value... operands) {
        return builder.emit(op, op.name(), Role.ACTIVATION, operands);
    }

    /// Emits a node; returns its first output.
    Value one(Op op, Value... operands) {
        return emit(op, operands).getFirst();
    }

    /// Adds an output to compare.
    Agreement compare(Value value, Tolerance tolerance) {
        String name = "output" + tolerances.size();
        tolerances.put(name, tolerance);
        builder.output(name, value);
        return this;
    }

    Agreement compare(List<Value> values, Tolerance tolerance) {
        values.forEach(value -> compare(value, tolerance));
        return this;
    }

    /// Runs the graph on the engine and in the interpreter and compares the outputs.
    ///
    /// @param name of the engine
    void check(String name) {
        check(() -> Engines.open(name));
    }

    void check(Supplier<Engine> engines) {
        Graph graph = builder.build();
        Verifier.verify(graph);
        Evaluation expected = Interpreter.run(graph, contents);
        try (Engine engine = engines.get();
                Executable executable = engine.compile(Program.of(graph, engine.workspace()))) {
            contents.forEach((input, values) ->
                    executable.write(input, Elements.bytes(graph.input(input).dtype(), values)));
            executable.run();
            List<String> wrong = new ArrayList<>();
            tolerances.forEach((output, tolerance) -> {
                float[] actual = executable.read(output);
                double[] wanted = overflown(graph.output(output).dtype(), expected.output(output));
                assertThat(actual).as("%s of%n%s", output, graph).hasSize(wanted.length);
                double exceeded = tolerance.exceeded(actual, wanted);
                if (!(exceeded <= 1)) {
                    wrong.add("the error of %s is %.3g times the tolerance %s".formatted(graph.output(output), exceeded,
                            tolerance));
                }
            });
            assertThat(wrong).as("outputs of%n%s", graph).isEmpty();
        }
    }

    /// All outputs of a graph on one engine, by name, for tests that compare outputs with each other. Tensor inputs are
    /// normally distributed; vector inputs are positive, because they may be variances.
    static Map<String, float[]> outputs(String name, Graph graph, Seed seed) {
        try (Engine engine = Engines.open(name);
                Executable executable = engine.compile(Program.of(graph, engine.workspace()))) {
            graph.inputs().forEach(input -> executable.write(input.name(), Elements.bytes(input.dtype(),
                    input.shape().rank() > 1 ? seed.normal(input.shape().count())
                            : seed.uniform(input.shape().count(), .5, 1.5))));
            executable.run();
            Map<String, float[]> outputs = new LinkedHashMap<>();
            graph.outputs().keySet().forEach(output -> outputs.put(output, executable.read(output)));
            return outputs;
        }
    }

    /// Numbers beyond the range of the type become infinite: the largest f16 is 65504, which a loss scale may exceed.
    private static double[] overflown(DType type, double[] values) {
        if (type != DType.F16) {
            return values;
        }
        double[] overflown = values.clone();
        for (int i = 0; i < values.length; i++) {
            double rounded = Elements.rounded(type, values[i]);
            overflown[i] = Double.isInfinite(rounded) ? rounded : values[i];
        }
        return overflown;
    }
}
