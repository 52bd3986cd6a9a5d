package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.Verifier;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A small graph, run by the CPU engine and by the interpreter from the same inputs. Inputs are rounded to their type
/// first, so that what differs is the engine's own arithmetic.
final class Agreement {
    private static final int THREADS = 2;

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

    /// Normally distributed numbers.
    Value normal(String name, Seed seed, DType type, long... dims) {
        TensorType tensor = TensorType.of(type, dims);
        return input(name, tensor, seed.normal(tensor.shape().count()));
    }

    Value uniform(String name, Seed seed, double least, double most, long... dims) {
        TensorType tensor = TensorType.of(DType.F32, dims);
        return input(name, tensor, seed.uniform(tensor.shape().count(), least, most));
    }

    /// A node; its outputs.
    List<Value> emit(Op op, Value... operands) {
        return builder.emit(op, op.name(), Role.ACTIVATION, operands);
    }

    /// A node; its first output.
    Value one(Op op, Value... operands) {
        return emit(op, operands).getFirst();
    }

    /// What is compared.
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

    /// Runs both.
    void check() {
        Graph graph = builder.build();
        Verifier.verify(graph);
        Evaluation expected = Interpreter.run(graph, contents);
        try (Engine engine = new CpuEngine(THREADS);
                Executable executable = engine.compile(Program.of(graph, WorkspaceModel.none()))) {
            contents.forEach((name, values) ->
                    executable.write(name, Elements.bytes(graph.input(name).dtype(), values)));
            executable.run();
            List<String> wrong = new ArrayList<>();
            tolerances.forEach((name, tolerance) -> {
                float[] actual = executable.read(name);
                assertThat(actual).as("%s of%n%s", name, graph).hasSize(expected.output(name).length);
                double exceeded = tolerance.exceeded(actual, expected.output(name));
                if (!(exceeded <= 1)) {
                    wrong.add("%s is %.3g times further off than %s".formatted(graph.output(name), exceeded,
                            tolerance));
                }
            });
            assertThat(wrong).as("outputs of%n%s", graph).isEmpty();
        }
    }
}
