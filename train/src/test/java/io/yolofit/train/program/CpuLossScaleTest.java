package io.yolofit.train.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.Progress;
import io.yolofit.train.checkpoint.Snapshot;
import io.yolofit.train.trainer.TinyRun;
import io.yolofit.zoo.model.Model;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The loss scale of fp16 without fp16: the CPU engine has no such kernels, so another program creates the buffer.
class CpuLossScaleTest {
    private final Model model = TinyRun.model(3);

    @TempDir
    Path folder;

    @BeforeEach
    void assumeCpu() {
        Engines.assumeCpu();
    }

    private static void createBuffer(Engine engine) {
        GraphBuilder builder = new GraphBuilder();
        builder.output("scaler", builder.input("scaler", TensorType.of(DType.F32, LossScale.COUNT), Role.OPTIMIZER));
        engine.compile(Program.of(builder.build(), WorkspaceModel.none())).close();
    }

    private static TrainingSession session(CompiledModel compiled) {
        return new TrainingSession(compiled, new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32,
                Update.Rule.SGD, 4, false, Recompute.Policy.OFF), 1, 32, 32);
    }

    @Test
    void aSessionStartsAtTheInitialScale() {
        try (Engine engine = Engines.open(Engines.CPU, 1)) {
            createBuffer(engine);
            session(CompiledModel.of(engine, model, name -> false)).close();

            assertThat(engine.state().read("scaler")).isEqualTo(LossScale.initial());
        }
    }

    @Test
    void aCheckpointRestoresTheScale() {
        float[] scaler = {1024, 7, 30};
        Path file = folder.resolve("scaled.safetensors");
        try (Engine engine = Engines.open(Engines.CPU, 1)) {
            createBuffer(engine);
            CompiledModel compiled = CompiledModel.of(engine, model, name -> false);
            session(compiled).close();
            engine.state().write("scaler", 0, scaler);
            Snapshot.of(compiled, List.of("a", "b", "c"), new Progress(1, 4, 3, 4, 0, 0, 1), "",
                    new Snapshot.Memory())
                    .write(List.of(), file);
            engine.state().write("scaler", 0, LossScale.initial());

            Checkpoint.read(file).restore(compiled, file);

            assertThat(engine.state().read("scaler")).isEqualTo(scaler);
        }
    }
}
