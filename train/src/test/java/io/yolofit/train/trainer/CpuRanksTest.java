package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.SYNC_BN;
import static io.yolofit.train.options.OptionTable.VAL_BATCH;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.testkit.SameBits;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.PlanException;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.ranks.RankThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Several ranks train as one device does with the same global batch.
class CpuRanksTest {
    private static final int BATCHES = 3;

    @TempDir
    static Path shared;
    private static Path dataset;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeDataset() throws IOException {
        Engines.assumeCpu();
        dataset = TinyRun.dataset(shared);
    }

    /// Batches of 5, 5 and 4 images: slices of uneven sizes. Two batches per update.
    private static Options options() {
        return TinyRun.options().with(BATCH, 5).with(VAL_BATCH, 2).with(NBS, 10).with(WARMUP_EPOCHS, 0.0);
    }

    private CpuRanks ranks(Options options, String name) throws IOException {
        return new CpuRanks(dataset, options, folder.resolve(name));
    }

    @ParameterizedTest(name = "{0} ranks, {1} images per update")
    @CsvSource({"2,10", "4,10", "3,5"})
    void lossesAndStateEqualThoseOfOneDevice(int count, int update) throws Exception {
        Options options = options().with(NBS, update);
        CpuRanks one = ranks(options, "one");
        Recorder expected = one.run(1);
        CpuRanks several = ranks(options, "several");
        Recorder actual = several.run(count);

        assertThat(actual.losses()).hasSameSizeAs(expected.losses());
        for (int step = 0; step < expected.losses().size(); step++) {
            assertClose(actual.losses().get(step), expected.losses().get(step), "step " + step);
        }
        one.state(0).forEach((name, values) -> assertThat(relative(several.state(0).get(name), values)).as(name)
                .isLessThan(2e-2));
        for (int rank = 1; rank < count; rank++) {
            assertSameButGradients(several.state(rank), several.state(0));
        }
    }

    /// Small steps, so that rounding is not amplified: CPU runs that differ by 1e-6 are apart by percents after 40 to
    /// 60 steps of the default recipe (docs/results/accuracy.md).
    @Test
    void aHundredLossesAndTheCheckpointEqualThoseOfOneDevice() throws Exception {
        Options options = options().with(NBS, 5).with(IMGSZ, 32).with(EPOCHS, 34).with(VAL_EACH_EPOCH, false)
                .with(OPTIMIZER, OptimizerChoice.SGD).with(LR0, 1e-3);
        CpuRanks one = ranks(options, "one");
        Recorder expected = one.run(1);
        Checkpoint whole = Checkpoint.read(one.last());
        CpuRanks several = ranks(options, "several");
        Recorder actual = several.run(4);
        assertThat(actual.losses()).hasSize(102);
        for (int step = 0; step < actual.losses().size(); step++) {
            assertClose(actual.losses().get(step), expected.losses().get(step), "step " + step);
        }
        Checkpoint shared = Checkpoint.read(several.last());
        assertThat(shared.progress().iterations()).isEqualTo(whole.progress().iterations());
        whole.model().values().forEach((name, values) -> assertThat(relative(shared.model().values().get(name),
                values)).as(name).isLessThan(2e-3));
    }

    /// Gradients that are accumulated at the end of an epoch are those of rank 0.
    private static void assertSameButGradients(Map<String, float[]> actual, Map<String, float[]> expected) {
        expected.forEach((name, values) -> {
            if (!name.equals("gradients")) {
                assertThat(actual.get(name)).as(name).isEqualTo(values);
            }
        });
    }

    private static void assertClose(LossItems actual, LossItems expected, String what) {
        for (LossTerm term : LossTerm.values()) {
            assertThat(actual.get(term)).as("%s of %s", term, what).isCloseTo(expected.get(term),
                    within(1e-3 * Math.max(1, Math.abs(expected.get(term)))));
        }
    }

    /// Norm of the difference over the norm.
    private static double relative(float[] actual, float[] expected) {
        double difference = 0;
        double norm = 1e-12;
        for (int i = 0; i < expected.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void validationOfSeveralRanksHasTheBitsOfOne(int count) throws Exception {
        Options options = options().with(EPOCHS, 1);
        CpuRanks one = ranks(options, "one");
        one.run(1);
        CpuRanks whole = ranks(options.with(EPOCHS, 2), "one").resuming();
        CpuRanks shared = ranks(options.with(EPOCHS, 2), "one").resuming();
        Validation expected = validatedOnly(whole, 1);
        Validation actual = validatedOnly(shared, count);
        assertThat(actual.items()).isEqualTo(expected.items());
        assertThat(actual.metrics().perClass()).usingRecursiveComparison().isEqualTo(expected.metrics().perClass());
        assertThat(actual.confusion().counts()).isDeepEqualTo(expected.confusion().counts());
    }

    /// The validation of the checkpoint's weights.
    private static Validation validatedOnly(CpuRanks run, int ranks) throws Exception {
        return run.validate(ranks).orElseThrow();
    }

    @Test
    void withoutSynchronizationAllRanksSaveAndValidateTheStatisticsOfRankZero() throws Exception {
        CpuRanks run = ranks(options().with(SYNC_BN, false).with(EPOCHS, 1), "own");
        run.run(2);
        assertSameButGradients(run.state(1), run.state(0));
    }

    @Test
    void checkpointsResumeOnAnyNumberOfRanks() throws Exception {
        Options options = options().with(EPOCHS, 3).with(NBS, 5);
        Recorder whole = ranks(options, "whole").run(2);
        CpuRanks first = ranks(options, "resumed");
        Recorder stopping = stoppingAfter(1, 1);
        first.run(2, stopping);
        assertThat(first.outcome(0).stopped()).isTrue();
        assertThat(first.outcome(1).stopped()).as("all ranks stop together").isTrue();
        assertThat(stopping.steps()).hasSize(5);
        assertThat(stopping.steps()).extracting(TrainingListener.StepReport::images)
                .as("images of all ranks").containsExactly(5, 5, 4, 5, 5);

        Recorder rest = ranks(options, "resumed").resuming().run(4);
        List<LossItems> expected = whole.losses().subList(5, 9);
        for (int step = 0; step < expected.size(); step++) {
            assertClose(rest.losses().get(step), expected.get(step), "step " + step + " after the stop");
        }
        assertThat(rest.epochs()).extracting(TrainingListener.EpochReport::epoch).containsExactly(1, 2);
        assertClose(rest.epochs().getFirst().mean(), whole.epochs().get(1).mean(), "the mean of a stopped epoch");
    }

    /// Requests a stop once that many batches of an epoch are reported.
    private static Recorder stoppingAfter(int epoch, int batch) {
        return new Recorder() {
            @Override
            public boolean isStopRequested() {
                return steps().size() >= epoch * BATCHES + batch;
            }
        };
    }

    @Test
    void aStopWithinAnEpochResumesBitForBit() throws Exception {
        Options options = options().with(NBS, 15);
        CpuRanks whole = ranks(options, "whole");
        Recorder expected = whole.run(2);
        for (int batch : new int[] {0, 1, 2}) {
            CpuRanks stopped = ranks(options, "stopped" + batch);
            stopped.run(2, stoppingAfter(1, batch));
            CpuRanks resumed = ranks(options, "stopped" + batch).resuming();
            Recorder rest = resumed.run(2);
            SameBits.assertSame(resumed.state(0), whole.state(0));
            assertThat(rest.epochs().getFirst().mean()).isEqualTo(expected.epochs().get(1).mean());
        }
    }

    @Test
    void aDifferentPlanOfOneRankNamesBothSides() throws Exception {
        CpuRanks run = ranks(options(), "different");
        List<Communicator> group = LocalGroup.of(2);
        assertThatThrownBy(() -> RankThreads.run(group, rank -> run.train(rank,
                rank.rank() == 0 ? options() : options().with(BATCH, 4), TrainingListener.silent(() -> false))))
                .hasMessageContaining("rank 0 and rank 1 planned different runs (batch=5 against 4)");
    }

    @Test
    void aBatchWithTooFewImagesForAllRanksIsRefused() throws Exception {
        CpuRanks run = ranks(options().with(BATCH, 4), "refused"); // the last batch has 2 images
        assertThatThrownBy(() -> run.run(3)).isInstanceOf(PlanException.class).hasMessage("batch=4: the last batch of "
                + "an epoch of 14 images has 2, too few for 3 ranks; try batch=3");
    }

    @Test
    void statesOfOneRankAreThoseOfARunWithoutRanks() throws Exception {
        CpuRanks run = ranks(options(), "ranks");
        run.run(1);
        try (TinyRun plain = TinyRun.of(Engines.CPU, dataset, options(), folder.resolve("plain"))) {
            plain.trainer().run();
            Map<String, float[]> state = plain.state();
            run.state(0).forEach((name, values) -> assertThat(values).as(name).isEqualTo(state.get(name)));
        }
    }
}
