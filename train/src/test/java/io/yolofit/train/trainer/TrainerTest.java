package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FLIPLR;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.MULTI_SCALE;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.PATIENCE;
import static io.yolofit.train.options.OptionTable.RECT;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_PERIOD;
import static io.yolofit.train.options.OptionTable.SCALE;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.TIME;
import static io.yolofit.train.options.OptionTable.TRANSLATE;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.Progress;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.LossItems;
import java.awt.Dimension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainerTest {
    private static final Options OPTIONS = TinyRun.options();
    private static final double UNBEATABLE = 2; // fitness is 1 at most
    private static final double A_MOMENT = 1e-9; // hours

    @TempDir
    static Path shared;
    private static Path dataset;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeDataset() throws IOException {
        dataset = TinyRun.dataset(shared);
    }

    private TinyRun run(String engine, Options options) throws IOException {
        return TinyRun.of(engine, dataset, options, folder);
    }

    @EachEngine
    void reportsEveryStepAndEveryEpoch(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS)) {
            Trainer.Outcome outcome = run.trainer().run();

            Recorder recorder = run.recorder();
            assertThat(outcome.why()).isEqualTo("all 3 epochs done");
            assertThat(recorder.notes())
                    .anyMatch(note -> note.startsWith("optimizer: AdamW, lr0 0.001429, momentum 0.9"));
            assertThat(recorder.steps()).extracting(TrainingListener.StepReport::images)
                    .containsExactly(4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4, 2);
            assertThat(recorder.steps()).extracting(TrainingListener.StepReport::batch)
                    .containsExactly(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
            LossItems sum = LossItems.ZERO;
            for (LossItems items : recorder.losses().subList(4, 8)) {
                sum = sum.plus(items);
            }
            TrainingListener.EpochReport second = recorder.epochs().get(1);
            assertThat(second.mean()).isEqualTo(sum.times(0.25)).isEqualTo(recorder.steps().get(7).mean());
            assertThat(second.validation().orElseThrow().metrics().images()).isEqualTo(5);
            assertThat(second.rates()[0]).as("at the eighth iteration of a hundred")
                    .isEqualTo(0.001429 * (1 - 0.99 / 3) * 7 / 100);
            assertThat(outcome.seconds()).isEqualTo(recorder.epochs().getLast().seconds()).isPositive();
        }
    }

    static Stream<Arguments> schedules() {
        return Engines.names().flatMap(engine -> Stream.of(Arguments.of(engine, 4, 3, 12, 11),
                Arguments.of(engine, 12, 0, 4, 11), Arguments.of(engine, 16, 0, 3, 11),
                Arguments.of(engine, 20, 0, 2, 9), Arguments.of(engine, 64, 3, 7, 9),
                Arguments.of(engine, 64, 0, 0, -1)));
    }

    /// Without a warm-up an update follows every third batch; with one, accumulation rises to the sixteen batches of
    /// the nominal batch.
    @ParameterizedTest(name = "{0}, nbs {1}, {2} epochs of warm-up: {3} updates, the last at iteration {4}")
    @MethodSource("schedules")
    void updatesAfterTheScheduledNumberOfBatches(String engine, int nominalBatch, double warmup, long updates,
            long lastUpdate) throws IOException {
        Options options = OPTIONS.with(NBS, nominalBatch).with(WARMUP_EPOCHS, warmup).with(VAL_EACH_EPOCH, false);
        try (TinyRun run = run(engine, options)) {
            float[] before = run.state().get("parameters");
            run.trainer().run();

            Progress progress = Checkpoint.read(run.last()).progress();
            assertThat(progress.iterations()).isEqualTo(12);
            assertThat(progress.updates()).isEqualTo(updates);
            assertThat(progress.lastUpdate()).isEqualTo(lastUpdate);
            assertThat(Arrays.equals(run.state().get("parameters"), before)).isEqualTo(updates == 0);
        }
    }

    @EachEngine
    void stopsEarlyWhenPatienceEnds(String engine) throws IOException {
        Options options = OPTIONS.with(EPOCHS, 10).with(PATIENCE, 2);
        try (TinyRun first = run(engine, OPTIONS.with(EPOCHS, 1))) {
            first.trainer().run();
        }
        try (TinyRun run = run(engine, options)) {
            Checkpoint read = Checkpoint.read(run.last());
            Progress progress = read.progress();
            run.trainer().resume(new Checkpoint(read.model(), read.buffers(), new Progress(1, progress.iterations(),
                    progress.lastUpdate(), progress.updates(), UNBEATABLE, 0, 0), read.options()), run.last());

            Trainer.Outcome outcome = run.trainer().run();

            assertThat(outcome.epochs()).isEqualTo(3);
            assertThat(outcome.bestEpoch()).isZero();
            assertThat(outcome.why()).isEqualTo("no better epoch in 2, stopped early");
            assertThat(run.recorder().epochs()).noneMatch(TrainingListener.EpochReport::best);
            assertThat(Checkpoint.read(run.best()).progress().epochs()).as("of the best file").isEqualTo(1);
        }
    }

    @EachEngine
    void withoutValidationEpochsAreNotStoppedEarlyAndTheLastIsValidated(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS.with(EPOCHS, 4).with(PATIENCE, 2).with(VAL_EACH_EPOCH, false))) {
            Trainer.Outcome outcome = run.trainer().run();

            assertThat(outcome.epochs()).isEqualTo(4);
            assertThat(run.recorder().epochs()).extracting(epoch -> epoch.validation().isPresent())
                    .containsExactly(false, false, false, true);
            assertThat(outcome.bestFitness()).isNotNegative();
        }
    }

    @EachEngine
    void stopsAtTheTimeLimit(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS.with(TIME, A_MOMENT))) {
            Trainer.Outcome outcome = run.trainer().run();

            assertThat(outcome.epochs()).isEqualTo(1);
            assertThat(outcome.why()).contains("time=");
            assertThat(run.last()).exists();
        }
    }

    @EachEngine
    void aRunThatReachesItsTimeLimitIsValidatedAndSaved(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS.with(TIME, A_MOMENT).with(VAL_EACH_EPOCH, false).with(SAVE, false))) {
            Trainer.Outcome outcome = run.trainer().run();

            assertThat(run.recorder().epochs().getLast().validation()).isPresent();
            assertThat(outcome.bestFitness()).isNotNegative();
            assertThat(Checkpoint.read(run.last()).progress().epochs()).isEqualTo(1);
        }
    }

    @EachEngine
    void withoutSaveOnlyTheLastCheckpointIsWritten(String engine) throws IOException {
        Recorder watching = new Recorder() {
            @Override
            public void epoch(EpochReport report) {
                super.epoch(report);
                assertThat(folder.resolve("last.safetensors")).doesNotExist();
                assertThat(folder.resolve("best.safetensors")).doesNotExist();
            }
        };
        try (TinyRun run = TinyRun.of(engine, dataset, OPTIONS.with(SAVE, false), folder, watching)) {
            run.trainer().run();

            assertThat(watching.epochs()).hasSize(3);
            assertThat(Checkpoint.read(run.last()).progress().epochs()).isEqualTo(3);
        }
    }

    @EachEngine
    void savePeriodKeepsAModelPerPeriod(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS.with(EPOCHS, 5).with(SAVE_PERIOD, 2))) {
            run.trainer().run();
        }

        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("best.safetensors", "last.safetensors",
                "epoch2.safetensors", "epoch4.safetensors");
        assertThat(Checkpoint.read(folder.resolve("epoch4.safetensors")).progress().epochs()).isEqualTo(4);
        assertThat(Checkpoint.read(folder.resolve("epoch4.safetensors")).buffers()).isEmpty();
    }

    /// Batch norms of frozen rows are in evaluation mode, as in the reference.
    @EachEngine
    void frozenRowsKeepTheirParametersAndTheirStatistics(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS.with(EPOCHS, 1).with(FREEZE, List.of(0, 1)).with(WARMUP_EPOCHS, 0.0)
                .with(NBS, TinyRun.BATCH_SIZE))) {
            CompiledModel compiled = CompiledModel.of(run.engine(), TinyRun.model(3), RunSpec.frozen(
                    OPTIONS.with(FREEZE, List.of(0, 1))));
            Map<String, float[]> before = run.state();
            run.trainer().run();
            Map<String, float[]> after = run.state();

            StateLayout layout = compiled.layout();
            assertThat(layout.parameters().values().stream().filter(slot -> slot.group() == StateLayout.Group.FROZEN)
                    .map(StateLayout.Slot::name)).containsExactlyInAnyOrder("model.0.conv.weight", "model.0.bn.weight",
                            "model.0.bn.bias", "model.1.conv.weight", "model.1.bn.weight", "model.1.bn.bias");
            for (StateLayout.Slot slot : layout.parameters().values()) {
                boolean frozen = slot.group() == StateLayout.Group.FROZEN;
                assertThat(Arrays.equals(part(before, "parameters", slot), part(after, "parameters", slot)))
                        .as(slot.name()).isEqualTo(frozen);
            }
            for (StateLayout.Slot slot : layout.statistics().values()) {
                boolean frozen = slot.name().startsWith("model.0.") || slot.name().startsWith("model.1.");
                assertThat(Arrays.equals(part(before, "statistics", slot), part(after, "statistics", slot)))
                        .as(slot.name()).isEqualTo(frozen);
            }
            assertThat(after.get("moment0")).hasSize((int) layout.trainableCount());
        }
    }

    private static float[] part(Map<String, float[]> state, String buffer, StateLayout.Slot slot) {
        return Arrays.copyOfRange(state.get(buffer), (int) slot.offset(), (int) slot.end());
    }

    @EachEngine
    void singleClsTrainsOneClass(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS.with(EPOCHS, 1).with(SINGLE_CLS, true))) {
            run.trainer().run();

            assertThat(run.recorder().epochs().getFirst().validation().orElseThrow().metrics().perClass()).hasSize(1);
            assertThat(Checkpoint.read(run.last()).model().names()).containsExactly("item");
            assertThat(Checkpoint.read(run.last()).model().model().head().classes()).isEqualTo(1);
        }
    }

    static Stream<Arguments> mosaics() {
        return Engines.names().flatMap(engine -> Stream.of(Arguments.of(engine, 4, 2, 2), Arguments.of(engine, 4, 0, 4),
                Arguments.of(engine, 2, 2, 0), Arguments.of(engine, 1, 3, 0)));
    }

    /// A run of at most `close_mosaic` epochs has no mosaics, and says so; the reference's has them throughout.
    @ParameterizedTest(name = "{0}, {1} epochs, close_mosaic={2}: mosaics in the first {3}")
    @MethodSource("mosaics")
    void mosaicsEndBeforeTheLastEpochs(String engine, int epochs, int closeMosaic, int epochsWithMosaics)
            throws IOException {
        Set<Integer> epochsWithForeignObjects = new TreeSet<>();
        Recorder watching = new Recorder() {
            @Override
            public void step(StepReport report, Batch batch) {
                super.step(report, batch);
                for (int i = 0; i < batch.images(); i++) {
                    if (batch.offsets()[i + 1] - batch.offsets()[i] > batch.samples().get(i).classes().length) {
                        epochsWithForeignObjects.add(report.epoch());
                    }
                }
            }
        };
        Options options = OPTIONS.with(EPOCHS, epochs).with(CLOSE_MOSAIC, closeMosaic).with(SCALE, 0.0)
                .with(TRANSLATE, 0.0).with(FLIPLR, 0.0).with(VAL_EACH_EPOCH, false).with(SAVE, false);
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder, watching)) {
            run.trainer().run();
        }

        assertThat(epochsWithForeignObjects).containsExactlyElementsOf(IntStream.range(0, epochsWithMosaics).boxed()
                .toList());
        assertThat(watching.notes().stream().anyMatch(note -> note.contains("close_mosaic=" + closeMosaic
                + " (all epochs are among the last: no mosaic"))).isEqualTo(epochsWithMosaics == 0);
    }

    @EachEngine
    void multiScaleTrainsOnBatchesOfManySizes(String engine) throws IOException {
        try (TinyRun run = run(engine, OPTIONS.with(EPOCHS, 2).with(MULTI_SCALE, 0.5))) {
            run.trainer().run();

            assertThat(run.recorder().shapes()).allMatch(shape -> shape.width % 16 == 0 && shape.width == shape.height)
                    .extracting(shape -> shape.width).anyMatch(width -> width < 64).anyMatch(width -> width > 64);
            assertThat(run.recorder().losses()).allMatch(LossItems::isFinite);
        }
    }

    @EachEngine
    void rectTrainsOnRectangularBatches(String engine) throws IOException {
        var square = List.of(new SquarePictures.Area(10, 10, 30, 30));
        List<SquarePictures.Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pictures.add(new SquarePictures.Picture(96, 40, square));
            pictures.add(new SquarePictures.Picture(48, 80, square));
        }
        try (TinyRun run = TinyRun.of(engine, SquarePictures.write(folder.resolve("data"), pictures),
                OPTIONS.with(EPOCHS, 1).with(RECT, true), folder.resolve("weights"))) {
            run.trainer().run();

            assertThat(run.recorder().shapes()).containsExactly(new Dimension(64, 32), new Dimension(64, 64));
            assertThat(run.recorder().losses()).allMatch(LossItems::isFinite);
        }
    }
}
