package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.DEGREES;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.MIXUP;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.testkit.SameBits;
import io.yolofit.testkit.TinyArchitecture;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A run that is stopped and resumed from its checkpoint equals an uninterrupted run bit for bit.
class ResumeTest {
    private static final int STOPPED_EPOCH = 2;
    private static final int BATCHES = 4;
    /// Three batches per update: an epoch of four batches ends with accumulated gradients.
    private static final int THREE_BATCHES = 3 * TinyRun.BATCH_SIZE;

    @TempDir
    static Path shared;
    private static Path dataset;

    @TempDir
    Path folder;

    private String architecture = TinyArchitecture.YAML;

    @BeforeAll
    static void makeDataset() throws IOException {
        dataset = TinyRun.dataset(shared);
    }

    /// Mosaics end before the last epoch; without a warm-up, accumulation is at its full count from the first batch.
    private static Options options(OptimizerChoice optimizer, int nominalBatch) {
        return TinyRun.options().with(EPOCHS, 4).with(CLOSE_MOSAIC, 1).with(MIXUP, 0.3).with(DEGREES, 10.0)
                .with(WARMUP_EPOCHS, nominalBatch == TinyRun.BATCH_SIZE ? 3.0 : 0.0)
                .with(OPTIMIZER, optimizer).with(NBS, nominalBatch);
    }

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// Ends the run in the middle of an epoch with an exception.
    private static final class Stopping extends Recorder {
        @Override
        public void step(StepReport report, Batch batch) {
            super.step(report, batch);
            if (report.epoch() == STOPPED_EPOCH && report.batch() == 1) {
                throw new Stop();
            }
        }
    }

    private record Ended(Map<String, float[]> state, List<LossItems> losses, List<Double> fitness) {
    }

    private static Ended finish(TinyRun run) {
        run.trainer().run();
        return new Ended(run.state(), run.recorder().losses(), run.recorder().epochs().stream()
                .map(epoch -> epoch.validation().orElseThrow().metrics().fitness()).toList());
    }

    private TinyRun run(String engine, Options options, String name, Recorder recorder) throws IOException {
        return TinyRun.of(engine, dataset, options, folder.resolve(name), recorder, architecture);
    }

    private Ended uninterrupted(String engine, Options options) throws IOException {
        try (TinyRun run = run(engine, options, "whole", new Recorder())) {
            return finish(run);
        }
    }

    private void stop(String engine, Options options) throws IOException {
        try (TinyRun run = run(engine, options, "parts", new Stopping())) {
            assertThatThrownBy(run.trainer()::run).isInstanceOf(Stop.class);
        }
    }

    private Ended resumed(String engine, Options options) throws IOException {
        try (TinyRun run = run(engine, options, "parts", new Recorder()).resumed()) {
            return finish(run);
        }
    }

    private void assertResumes(String engine, Options options) throws IOException {
        Ended whole = uninterrupted(engine, options);
        stop(engine, options);
        Ended second = resumed(engine, options);

        assertThat(second.losses()).isEqualTo(whole.losses().subList(STOPPED_EPOCH * BATCHES, 4 * BATCHES));
        assertThat(second.fitness()).isEqualTo(whole.fitness().subList(STOPPED_EPOCH, 4));
        SameBits.assertSame(second.state(), whole.state());
    }

    static Stream<Arguments> optimizers() {
        return Engines.with(OptimizerChoice.SGD, OptimizerChoice.ADAMW, OptimizerChoice.RMSPROP);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("optimizers")
    void resumesBitForBit(String engine, OptimizerChoice optimizer) throws IOException {
        assertResumes(engine, options(optimizer, TinyRun.BATCH_SIZE));
    }

    static Stream<Arguments> optimizersWithOneAndTwoMoments() {
        return Engines.with(OptimizerChoice.SGD, OptimizerChoice.ADAMW);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("optimizersWithOneAndTwoMoments")
    void resumesBitForBitWithAccumulatedGradients(String engine, OptimizerChoice optimizer) throws IOException {
        assertResumes(engine, options(optimizer, THREE_BATCHES));

        assertThat(Checkpoint.read(folder.resolve("whole/last.safetensors")).buffers().get("gradients"))
                .as("16 batches are five updates and one further batch").satisfies(gradients -> {
                    float largest = 0;
                    for (float gradient : gradients) {
                        largest = Math.max(largest, Math.abs(gradient));
                    }
                    assertThat(largest).isPositive();
                });
    }

    /// The weights of the branches depend on the epoch.
    @EachEngine
    void endToEndHeadResumesBitForBit(String engine) throws IOException {
        architecture = TinyArchitecture.YAML.replace("from: [4, 6]", "from: [4, 6], end_to_end: true, bins: 1");
        assertResumes(engine, options(OptimizerChoice.ADAMW, TinyRun.BATCH_SIZE));
    }

    @EachEngine
    void resumesBitForBitInMixedPrecision(String engine) throws IOException {
        Options options = options(OptimizerChoice.ADAMW, THREE_BATCHES).with(AMP, AmpChoice.TRUE);
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder.resolve("probe"))) {
            assumeTrue(run.engine().mixedPrecision() != DType.F32,
                    "needs a CUDA device, or a CPU with bf16 dot products (avx512_bf16)");
            assertThat(run.state().containsKey("scaler")).as("fp16 has a loss scale")
                    .isEqualTo(run.engine().mixedPrecision() == DType.F16);
        }

        assertResumes(engine, options);
    }

    @EachEngine
    void resumingAFinishedRunTrainsNoEpoch(String engine) throws IOException {
        Options options = options(OptimizerChoice.SGD, TinyRun.BATCH_SIZE).with(EPOCHS, 1);
        Map<String, float[]> state;
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder)) {
            state = finish(run).state();
        }

        try (TinyRun run = TinyRun.of(engine, dataset, options, folder).resumed()) {
            Trainer.Outcome outcome = run.trainer().run();

            assertThat(outcome.epochs()).isEqualTo(1);
            assertThat(run.recorder().steps()).isEmpty();
            SameBits.assertSame(run.state(), state);
        }
    }

    @EachEngine
    void moreEpochsExtendAFinishedRun(String engine) throws IOException {
        Options options = options(OptimizerChoice.SGD, TinyRun.BATCH_SIZE).with(EPOCHS, 1);
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder)) {
            run.trainer().run();
        }

        try (TinyRun run = TinyRun.of(engine, dataset, options.with(EPOCHS, 2), folder).resumed()) {
            assertThat(run.trainer().run().epochs()).isEqualTo(2);
            assertThat(run.recorder().epochs()).extracting(TrainingListener.EpochReport::epoch).containsExactly(1);
        }
    }

    /// The moments of both optimizers have the same sizes but another meaning.
    @EachEngine
    void anotherOptimizerIsRefused(String engine) throws IOException {
        Options options = options(OptimizerChoice.ADAMW, TinyRun.BATCH_SIZE).with(EPOCHS, 1);
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder)) {
            run.trainer().run();
        }

        try (TinyRun run = TinyRun.of(engine, dataset, options.with(OPTIMIZER, OptimizerChoice.RMSPROP), folder)) {
            Map<String, float[]> before = run.state();

            assertThatThrownBy(run::resumed).isInstanceOf(WeightsException.class)
                    .hasMessageContaining("of a run with optimizer=ADAMW, but this run has RMSPROP")
                    .hasMessageContaining(run.last().toString()).hasMessageContaining("model=" + run.last());
            SameBits.assertSame(run.state(), before);
        }
        try (TinyRun run = TinyRun.of(engine, dataset, options.with(OPTIMIZER, OptimizerChoice.AUTO), folder)) {
            assertThatCode(run::resumed).as("auto is AdamW here").doesNotThrowAnyException();
        }
    }

    @EachEngine
    void otherFrozenRowsAreRefused(String engine) throws IOException {
        Options options = options(OptimizerChoice.SGD, TinyRun.BATCH_SIZE).with(EPOCHS, 1).with(FREEZE, List.of(0));
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder)) {
            run.trainer().run();
        }

        try (TinyRun run = TinyRun.of(engine, dataset, options.with(FREEZE, List.of(1)), folder)) {
            assertThatThrownBy(run::resumed).isInstanceOf(WeightsException.class)
                    .hasMessageContaining("of a run with freeze=[0], but this run has [1]");
        }
    }
}
