package io.yolofit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.head.HeadSpec;
import io.yolofit.zoo.model.Model;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/// Native memory of a program: the number of objects is constant from step to step, and only live values take memory.
class CpuMemoryTest {
    private static final int STEPS = 200;
    private static final long MEBIBYTE = 1 << 20;

    /// JavaCPP counts the native objects that Java owns.
    @Test
    void aProgramLeaksNoNativeObjects() {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.of(DType.F32, 1, 16, 16, 8), Role.INPUT);
        Value w = builder.input("w", TensorType.of(DType.F32, 8, 3, 3, 8), Role.INPUT);
        Value y = one(builder, new Conv2d.Forward(Window.of(1, 1)), x, w);
        Value part = one(builder, new Slice.Forward(2, 4), y);
        Value pooled = one(builder, new MaxPool.Forward(5, 1, 2), part);
        builder.output("y", one(builder, new Concat(), y, pooled, part));
        try (Engine engine = new CpuEngine(2); Executable executable = compile(engine, builder.build())) {
            runAndRead(executable, 10);
            long objects = Pointer.totalCount();
            long bytes = Pointer.physicalBytes();
            runAndRead(executable, STEPS);
            assertThat(Pointer.totalCount()).as("native objects after %d more steps", STEPS).isEqualTo(objects);
            assertThat(Pointer.physicalBytes() - bytes).as("bytes of the process").isLessThan(32 * MEBIBYTE);
        }
    }

    /// A complete training step, with loss and update.
    @Test
    void aTrainingStepLeaksNoNativeObjects() {
        Model model = Model.of(ArchitectureCatalog.find("yolov8n"), 2);
        HeadSpec head = model.head();
        Graph forward = model.forward(1, 32, 32);
        Graph step = Pipeline.training(forward, StateLayout.of(forward, name -> false),
                head.trainingLosses(7.5, .5, 1.5), 4, DType.F32,
                Update.Rule.ADAMW, Recompute.Policy.OFF);
        try (Engine engine = new CpuEngine(2); Executable executable = compile(engine, step)) {
            executable.run();
            executable.run();
            long objects = Pointer.totalCount();
            for (int i = 0; i < 10; i++) {
                executable.run();
            }
            assertThat(Pointer.totalCount()).isEqualTo(objects);
        }
    }

    /// A chain of 64 values of 16 MiB, at most two of them live at a time. If they were freed at the end only, the
    /// process would grow by 1 GiB.
    @Test
    void valuesAreFreedAfterTheirLastReader() {
        GraphBuilder builder = new GraphBuilder();
        Value value = builder.input("x", TensorType.of(DType.F32, 4 * MEBIBYTE), Role.INPUT);
        for (int i = 0; i < 64; i++) {
            value = one(builder, new Silu.Forward(), value);
        }
        builder.output("y", value);
        Program program = Program.of(builder.build(), WorkspaceModel.none());
        try (Engine engine = new CpuEngine(2); Executable executable = engine.compile(program)) {
            long before = Pointer.physicalBytes();
            executable.run();
            long grown = Pointer.physicalBytes() - before;
            assertThat(grown).as("growth of the process, where the plan has %d bytes", program.plan().arenaBytes())
                    .isLessThan(program.plan().arenaBytes() + 160 * MEBIBYTE);
        }
    }

    @Test
    void closingAProgramFreesItsNativeObjects() {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.of(DType.F32, 1000), Role.INPUT);
        builder.output("y", one(builder, new Silu.Forward(), x));
        Graph graph = builder.build();
        try (Engine engine = new CpuEngine(2)) {
            long objects = Pointer.totalCount();
            for (int i = 0; i < 20; i++) {
                try (Executable executable = compile(engine, graph)) {
                    executable.run();
                }
            }
            assertThat(Pointer.totalCount()).isEqualTo(objects);
        }
    }

    private static void runAndRead(Executable executable, int times) {
        for (int i = 0; i < times; i++) {
            executable.run();
            executable.read("y");
        }
    }

    private static Value one(GraphBuilder builder, Op op, Value... operands) {
        return builder.emit(op, op.name(), Role.ACTIVATION, operands).getFirst();
    }

    private static Executable compile(Engine engine, Graph graph) {
        return engine.compile(Program.of(graph, engine.workspace()));
    }
}
