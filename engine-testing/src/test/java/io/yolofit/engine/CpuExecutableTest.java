package io.yolofit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.plan.Program;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Inputs, outputs and errors of a program on the CPU engine, in addition to [ExecutableTest].
class CpuExecutableTest {
    private final Engine engine = new CpuEngine(2);
    private final GraphBuilder builder = new GraphBuilder();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aShortWriteLeavesTheRestOfTheInputUnchanged() {
        try (Executable sum = compile(sum())) {
            sum.write("a", new float[] {1, 2, 3, 4});
            sum.write("b", new float[] {10, 20, 30, 40});
            sum.write("a", new float[] {7, 8});
            sum.run();
            assertThat(sum.read("y")).containsExactly(17, 28, 33, 44);
            sum.write("a", new float[0]);
            sum.run();
            assertThat(sum.read("y")).containsExactly(17, 28, 33, 44);
        }
    }

    @Test
    void inputsThatWereNeverWrittenAreZeros() {
        try (Executable sum = compile(sum())) {
            sum.write("a", new float[] {1, 2, 3, 4});
            sum.run();
            assertThat(sum.read("y")).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void outputsAreReadableOnceTheProgramHasRun() {
        try (Executable sum = compile(sum())) {
            assertThatThrownBy(() -> sum.read("y")).isInstanceOf(EngineException.class)
                    .hasMessage("output 'y' has no value yet: run the program first");
            assertThatThrownBy(() -> sum.read("z")).hasMessage("the graph has no output 'z'; it has [y, kept]");
            sum.run();
            assertThat(sum.read("y")).hasSize(4);
        }
    }

    @Test
    void aClosedProgramRefusesToRun() {
        Executable sum = compile(sum());
        sum.run();
        sum.close();
        assertThatThrownBy(() -> sum.read("y")).isInstanceOf(EngineException.class);
        assertThatThrownBy(sum::run).isInstanceOf(EngineException.class).hasMessageContaining("has no tensor");
    }

    @Test
    void aFailureOfAKernelNamesItsOpAndOperands() {
        List<Value> operands = head(DType.F32);
        builder.output("items", builder.emit(DetectionLoss.of(List.of(8), 16, false), "loss", Role.ACTIVATION,
                operands).getFirst());
        try (Executable loss = compile(builder.build())) {
            loss.write("offsets", new int[] {0, 9});
            assertThatThrownBy(loss::run).isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("cpu: detection_loss[strides=[8], bins=16,")
                    .hasMessageContaining("of loss failed: the offsets end at 9, but there are 3 targets")
                    .hasMessageContaining("f32[1,2,2,64]").hasMessageContaining("box").hasMessageContaining("targets");
            loss.write("offsets", new int[] {0, 0});
            loss.run();
            assertThat(loss.read("items")).hasSize(3).doesNotContain(Float.NaN);
        }
    }

    @Test
    void anOpWithoutKernelIsRefusedBeforeAnythingRuns() {
        List<Value> operands = head(DType.F16).subList(0, 2);
        builder.output("predictions", builder.emit(new DetectionDecode(List.of(8), 16), "predictions", Role.ACTIVATION,
                operands).getFirst());
        Graph graph = builder.build();
        assertThatThrownBy(() -> compile(graph)).isInstanceOf(EngineException.class)
                .hasMessageStartingWith("cpu: detection_decode[strides=[8], bins=16] of predictions failed: head"
                        + " outputs in f16 have no kernel on the CPU; use f32 or bf16");
    }

    private List<Value> head(DType type) {
        return List.of(input("box", TensorType.of(type, 1, 2, 2, 64)), input("cls", TensorType.of(type, 1, 2, 2, 2)),
                input("targets", TensorType.of(DType.F32, 3, 5)), input("offsets", TensorType.of(DType.I32, 2)),
                input("scalars", TensorType.of(DType.F32, StepScalars.COUNT)));
    }

    private Value input(String name, TensorType type) {
        return builder.input(name, type, Role.INPUT);
    }

    /// `y = a + b`, with an unused value and a parameter that is also an output.
    private Graph sum() {
        Value a = input("a", TensorType.of(DType.F32, 4));
        Value b = input("b", TensorType.of(DType.F32, 4));
        Value kept = builder.input("kept", TensorType.of(DType.F32, 4), Role.PARAMETER);
        builder.emit(new Silu.Forward(), "unused", Role.ACTIVATION, a);
        builder.output("y", builder.emit(new Add(), "y", Role.ACTIVATION, a, b).getFirst());
        builder.output("kept", kept);
        return builder.build();
    }

    private Executable compile(Graph graph) {
        return engine.compile(Program.of(graph, engine.workspace()));
    }
}
