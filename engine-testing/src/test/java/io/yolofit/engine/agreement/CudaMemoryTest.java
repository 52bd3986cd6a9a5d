package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Executable;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.testkit.Seed;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.head.HeadSpec;
import io.yolofit.zoo.model.Model;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The reserved arena has exactly the planned size, before and after steps.
class CudaMemoryTest {
    private static final long LIBRARIES = 1L << 30;

    private final AllBlocksModel model = new AllBlocksModel(new Seed(41));

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F16", "BF16"})
    void theArenaOfAStepHasThePlannedBytes(DType precision) {
        try (CudaEngine engine = Engines.cuda()) {
            Program program = Program.of(model.training(precision, Rule.SGD), engine.workspace());
            long planned = ArenaLayout.of(List.of(program), true).bytes();
            engine.reserve(List.of(program));
            assertThat(engine.memory().arenaBytes()).as("reserved").isEqualTo(planned);
            try (Executable step = engine.compile(program)) {
                model.write(engine, step, program.graph());
                for (int i = 0; i < 3; i++) {
                    step.run();
                    assertThat(step.read("items")).doesNotContain(Float.NaN);
                }
                assertThat(engine.memory().arenaBytes()).as("after steps").isEqualTo(planned);
            }
        }
    }

    /// Training and validation share one arena of the larger size.
    @Test
    void theArenaOfTrainingAndValidationHasThePlannedBytes() {
        try (CudaEngine engine = Engines.cuda()) {
            List<Program> programs = List.of(Program.of(model.training(DType.F16, Rule.ADAMW), engine.workspace()),
                    Program.of(model.inference(DType.F16), engine.workspace()));
            long planned = ArenaLayout.of(programs, true).bytes();
            engine.reserve(programs);
            try (Executable step = engine.compile(programs.getFirst());
                    Executable validation = engine.compile(programs.getLast())) {
                model.write(engine, step, programs.getFirst().graph());
                model.write(engine, validation, programs.getLast().graph());
                for (int i = 0; i < 2; i++) {
                    step.run();
                    validation.run();
                }
                assertThat(validation.read("predictions")).doesNotContain(Float.NaN);
                assertThat(engine.memory().arenaBytes()).isEqualTo(planned);
            }
        }
    }

    /// Measured by the driver on a step of more than 2 GiB, since kernels and libraries take some hundred MiB as well.
    @Test
    void theDeviceHoldsThePlannedBytes() {
        Program program = Program.of(step(Model.of(ArchitectureCatalog.find("yolov8n"), 80), 32, 640),
                CudaEngine.workspaceModel());
        long planned = ArenaLayout.of(List.of(program), true).bytes();
        assertThat(planned).isGreaterThan(2 * LIBRARIES);
        try (CudaEngine engine = Engines.cuda()) {
            Engines.assumeMeasurableMemory();
            long before = used(engine);
            engine.reserve(List.of(program));
            try (Executable step = engine.compile(program)) {
                step.run();
                step.read("items");
                long reserved = used(engine);
                assertThat(reserved - before).isBetween(planned, planned + LIBRARIES);
                for (int i = 0; i < 3; i++) {
                    step.run();
                }
                step.read("items");
                assertThat(used(engine)).as("after more steps").isLessThanOrEqualTo(reserved);
            }
        }
    }

    private static Graph step(Model model, int images, int size) {
        Graph forward = model.forward(images, size, size);
        HeadSpec head = model.head();
        return Pipeline.training(forward, StateLayout.of(forward, name -> false),
                head.trainingLosses(7.5, .5, 1.5), 320, DType.F16, Rule.SGD,
                Recompute.Policy.OFF);
    }

    /// Bytes of the device in use, beyond those that were in use before the engine was opened.
    private static long used(CudaEngine engine) {
        return engine.memory().arenaBytes() + engine.memory().contextBytes();
    }
}
