package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.MULTI_SCALE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.Executable;
import io.yolofit.engine.State;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// A run compiles exactly the programs that it reserved memory for, and pixels are stored in the engine's host memory.
class ReservedMemoryTest {
    @TempDir
    Path folder;

    /// An engine with a record of its calls. It stages batches and recomputes, whether the engine itself does or not.
    private static final class Watched implements Engine {
        private final Engine engine;
        private final List<List<Program>> reserved = new ArrayList<>();
        private final List<Program> compiled = new ArrayList<>();
        private final List<Long> hostBytes = new ArrayList<>();

        private Watched(Engine engine) {
            this.engine = engine;
        }

        @Override
        public String name() {
            return engine.name();
        }

        @Override
        public String description() {
            return engine.description();
        }

        @Override
        public DType mixedPrecision() {
            return engine.mixedPrecision();
        }

        @Override
        public boolean supports(DType activations) {
            return engine.supports(activations);
        }

        @Override
        public WorkspaceModel workspace() {
            return engine.workspace();
        }

        @Override
        public boolean staging() {
            return true;
        }

        @Override
        public Recompute.Policy recompute() {
            return Recompute.Policy.DEFAULT;
        }

        @Override
        public State state() {
            return engine.state();
        }

        @Override
        public void reserve(List<Program> programs) {
            assertThat(compiled).as("compiled before memory was reserved").isEmpty();
            reserved.add(programs);
            engine.reserve(programs);
        }

        @Override
        public Executable compile(Program program) {
            compiled.add(program);
            return engine.compile(program);
        }

        @Override
        public MemorySegment hostMemory(long bytes) {
            hostBytes.add(bytes);
            return engine.hostMemory(bytes);
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private void train(Watched engine, Options options) throws IOException {
        Model model = TinyRun.model(3);
        TrainingImages images = TrainingImages.scan(Dataset.load(TinyRun.dataset(folder.resolve("data"))), options,
                options.get(IMGSZ), model.stride(), note -> { });
        ModelChoice choice = new ModelChoice(model, images.train().names(), Initializer.of(model, 1));
        TrainingSetup setup = TrainingSetup.of(engine, choice, images, options).reserve();
        try (TrainingData data = TrainingData.open(images, options, engine::hostMemory, note -> { });
                Trainer trainer = new Trainer(setup, data, Files.createDirectories(folder.resolve("weights")),
                        new Recorder())) {
            assertThat(trainer.plan()).isSameAs(setup.plan());
            trainer.run();
        }
    }

    @EachEngine
    void aRunCompilesExactlyItsReservedPrograms(String device) throws IOException {
        try (Watched engine = new Watched(Engines.open(device, 1))) {
            train(engine, TinyRun.options().with(EPOCHS, 2));
            assertThat(engine.reserved).hasSize(1);
            // full and last training batch, update, and one validation batch (5 images, batch size 8)
            assertThat(engine.reserved.getFirst()).hasSize(4);
            assertThat(engine.compiled).usingElementComparator((a, b) -> a == b ? 0 : 1)
                    .containsExactlyInAnyOrderElementsOf(engine.reserved.getFirst());
            assertThat(engine.hostBytes).as("buffers of training and validation").hasSizeBetween(2, 12);
        }
    }

    @EachEngine
    void memoryIsReservedForBatchesOfAllSizes(String device) throws IOException {
        try (Watched engine = new Watched(Engines.open(device, 1))) {
            train(engine, TinyRun.options().with(EPOCHS, 3).with(MULTI_SCALE, .5).with(BATCH, 2));
            assertThat(engine.reserved).hasSize(1);
            assertThat(engine.reserved.getFirst().size()).isGreaterThan(5);
            assertThat(engine.compiled).hasSizeGreaterThan(4).allMatch(program -> engine.reserved.getFirst().stream()
                    .anyMatch(one -> one == program));
        }
    }

    @EachEngine
    void anUnsupportedHalfTypeIsAnErrorThatNamesTheSupportedOne(String device) {
        try (Watched engine = new Watched(Engines.open(device, 1))) {
            Options options = TinyRun.options();
            Target target = Target.of(engine);
            assertThat(RunSpec.precision(options.with(AMP, AmpChoice.BF16), target)).isEqualTo(DType.BF16);
            assertThat(RunSpec.precision(options.with(AMP, AmpChoice.TRUE), target))
                    .isEqualTo(engine.mixedPrecision());
            assertThat(RunSpec.precision(options.with(AMP, AmpChoice.FALSE), target)).isEqualTo(DType.F32);
            if (engine.supports(DType.F16)) {
                assertThat(RunSpec.precision(options.with(AMP, AmpChoice.FP16), target)).isEqualTo(DType.F16);
            } else {
                assertThatThrownBy(() -> RunSpec.precision(options.with(AMP, AmpChoice.FP16), target))
                        .isInstanceOf(EngineException.class).hasMessageContainingAll("amp=fp16",
                                engine.description(), "does not support f16", "amp=true");
            }
        }
    }
}
