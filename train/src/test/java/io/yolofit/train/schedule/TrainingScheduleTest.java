package io.yolofit.train.schedule;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.COS_LR;
import static io.yolofit.train.options.OptionTable.EMA_TAU;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.LRF;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static io.yolofit.train.options.OptionTable.WEIGHT_DECAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.op.StepScalars;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptimizerChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingScheduleTest {
    private static final Options DEFAULTS = Options.defaults(Mode.TRAIN);
    private static final Options SGD = DEFAULTS.with(OPTIMIZER, OptimizerChoice.SGD);
    private static final int BATCHES = 50; // per epoch: a warm-up of three epochs has 150 iterations

    private static TrainingSchedule schedule(Options options) {
        return new TrainingSchedule(options, OptimizerSetup.of(options, 3, BATCHES * options.get(BATCH)), BATCHES);
    }

    /// Learning rates from a run of the reference: 205 images, three classes, 13 batches, default options.
    @Test
    void ratesOfAHundredEpochsEqualThoseOfTheReference() throws IOException {
        OptimizerSetup optimizer = OptimizerSetup.of(DEFAULTS, 3, 205);
        TrainingSchedule schedule = new TrainingSchedule(DEFAULTS, optimizer, 13);
        List<String> lines;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                getClass().getResourceAsStream("learning-rates.csv"), StandardCharsets.UTF_8))) {
            lines = reader.lines().skip(1).toList();
        }

        assertThat(lines).hasSize(100);
        for (String line : lines) {
            String[] fields = line.split(",");
            int epoch = Integer.parseInt(fields[0]) - 1;
            double[] rates = schedule.rates(13L * (epoch + 1) - 1, epoch);
            for (int group = 0; group < 3; group++) {
                double expected = Double.parseDouble(fields[group + 1]); // written with six digits
                assertThat(rates[group]).as("group %d of epoch %d", group, epoch + 1)
                        .isCloseTo(expected, within(5.1e-6 * expected));
            }
        }
    }

    @Test
    void weightsWarmUpFromZeroAndBiasesFromTheirOwnRate() {
        TrainingSchedule schedule = schedule(SGD);

        assertThat(schedule.rates(0, 0)).containsExactly(new double[] {0, 0, 0.1}, within(1e-12));
        assertThat(schedule.rates(75, 1)).containsExactly(new double[] {0.00495050, 0.00495050, 0.05495050},
                within(1e-9));
        assertThat(schedule.rates(150, 3)).containsExactly(new double[] {0.009703, 0.009703, 0.009703}, within(1e-9));
        assertThat(schedule.rates(151, 3)).containsExactly(new double[] {0.009703, 0.009703, 0.009703}, within(1e-9));
    }

    @Test
    void weightMovesLinearlyFromOneToManyToOneToOne() {
        TrainingSchedule schedule = schedule(SGD.with(EPOCHS, 5));
        double[] many = {.8, .625, .45, .275, .1};
        for (int epoch = 0; epoch < many.length; epoch++) {
            assertThat(schedule.oneToMany(epoch)).isCloseTo(many[epoch], within(1e-12));
            StepScalars scalars = schedule.scalars(BATCHES * epoch, epoch, 1);
            assertThat(scalars.oneToMany()).isEqualTo((float) schedule.oneToMany(epoch));
            assertThat(scalars.oneToOne()).isEqualTo((float) (1 - schedule.oneToMany(epoch)));
        }
        assertThat(schedule(SGD.with(EPOCHS, 1)).oneToMany(0)).isEqualTo(.8);
    }

    @Test
    void shortRunsWarmUpForAHundredIterations() {
        TrainingSchedule schedule = new TrainingSchedule(SGD, OptimizerSetup.of(SGD, 3, 64), 4);

        assertThat(schedule.rates(99, 24)[0]).isLessThan(schedule.rates(101, 24)[0]);
        assertThat(schedule.rates(100, 24)[0]).isCloseTo(schedule.rates(101, 24)[0], within(1e-12));
    }

    @Test
    void warmUpCanEndWithinAnEpoch() {
        TrainingSchedule schedule = schedule(SGD.with(WARMUP_EPOCHS, 2.52));

        assertThat(schedule.rates(125, 2)[0]).isLessThan(schedule.rates(127, 2)[0]);
        assertThat(schedule.rates(126, 2)[0]).isCloseTo(schedule.rates(127, 2)[0], within(1e-12));
    }

    @Test
    void withoutWarmUpAllRatesStartAtTheFullRate() {
        TrainingSchedule schedule = schedule(SGD.with(WARMUP_EPOCHS, 0.0));

        assertThat(schedule.rates(0, 0)).containsExactly(0.01, 0.01, 0.01);
        assertThat(schedule.accumulation(0)).isEqualTo(4);
        assertThat(schedule.momentum(0)).isEqualTo(0.937);
    }

    @ParameterizedTest(name = "{0} at iteration {1}: {2}")
    @CsvSource({"SGD, 0, 0.8", "SGD, 75, 0.8685", "SGD, 150, 0.937", "SGD, 151, 0.937", "RMSPROP, 75, 0.8685",
            "ADAM, 0, 0.937", "ADAMW, 75, 0.937"})
    void momentumWarmsUpExceptAdamsBeta(OptimizerChoice choice, long iteration, double momentum) {
        TrainingSchedule schedule = schedule(DEFAULTS.with(OPTIMIZER, choice));

        assertThat(schedule.momentum(iteration)).isCloseTo(momentum, within(1e-12));
        assertThat(schedule.scalars(iteration, 0, 1).momentum()).isCloseTo((float) momentum, within(1e-7f));
    }

    /// Halfway cases round to the even number of batches, as in the reference.
    @Test
    void accumulationRisesFromOneToTheNominalBatch() {
        TrainingSchedule schedule = schedule(DEFAULTS);

        assertThat(IntStream.of(0, 24, 25, 26, 74, 75, 76, 124, 125, 126, 150, 151, 5000)
                .map(schedule::accumulation).toArray()).containsExactly(1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 4);
    }

    @ParameterizedTest(name = "batch {0} of {1}: {2} batches")
    @CsvSource({"16, 64, 4", "64, 64, 1", "128, 64, 1", "48, 64, 1", "40, 64, 2", "24, 64, 3", "1, 64, 64", "42, 64, 2",
            "16, 40, 2", "16, 56, 4"})
    void accumulationFillsTheNominalBatch(int batch, int nominal, int accumulation) {
        Options options = DEFAULTS.with(BATCH, batch).with(NBS, nominal);

        assertThat(TrainingSchedule.accumulation(options)).isEqualTo(accumulation);
        assertThat(schedule(options).accumulation(1_000_000)).isEqualTo(accumulation);
    }

    @ParameterizedTest(name = "batch {0} x {1}: decay {2}")
    @CsvSource({"16, 4, 0.0005", "16, 1, 0.000125", "8, 16, 0.001"})
    void anExplicitAccumulationSetsTheImagesOfAnUpdate(int batch, int accumulate, double decay) {
        Options options = DEFAULTS.with(BATCH, batch).with(OptionTable.ACCUMULATE, accumulate);

        assertThat(TrainingSchedule.accumulation(options)).isEqualTo(accumulate);
        assertThat(TrainingSchedule.effectiveBatch(options)).isEqualTo((long) batch * accumulate);
        assertThat(TrainingSchedule.weightDecay(options)).isCloseTo(decay, within(1e-9));
        assertThat(schedule(options).accumulation(1_000_000)).isEqualTo(accumulate);
    }

    @Test
    void linearDecayEndsAtLrf() {
        TrainingSchedule schedule = schedule(SGD.with(LR0, 0.02).with(LRF, 0.1).with(EPOCHS, 10));

        assertThat(schedule.rates(1000, 0)[0]).isCloseTo(0.02, within(1e-12));
        assertThat(schedule.rates(1000, 5)[0]).isCloseTo(0.011, within(1e-12));
        assertThat(schedule.rates(1000, 9)[0]).isCloseTo(0.0038, within(1e-12));
        assertThat(schedule.rates(1000, 10)[0]).isCloseTo(0.002, within(1e-12));
        assertThat(schedule.rates(1000, 20)[0]).isCloseTo(0.002, within(1e-12));
    }

    @Test
    void cosineDecayEndsAtLrf() {
        TrainingSchedule schedule = schedule(SGD.with(LR0, 0.02).with(LRF, 0.1).with(EPOCHS, 12).with(COS_LR, true));

        assertThat(schedule.rates(1000, 0)[2]).isCloseTo(0.02, within(1e-12));
        assertThat(schedule.rates(1000, 4)[2]).isCloseTo(0.02 * (1 - 0.25 * 0.9), within(1e-12));
        assertThat(schedule.rates(1000, 6)[2]).isCloseTo(0.011, within(1e-12));
        assertThat(schedule.rates(1000, 12)[2]).isCloseTo(0.002, within(1e-12));
    }

    @ParameterizedTest(name = "batch {0} of 64: decay {1}")
    @CsvSource({"16, 0.0005", "64, 0.0005", "128, 0.001", "40, 0.000625", "48, 0.000375"})
    void weightDecayFollowsTheEffectiveBatch(int batch, float decay) {
        StepScalars scalars = schedule(DEFAULTS.with(BATCH, batch).with(WEIGHT_DECAY, 0.0005)).scalars(0, 0, 1);

        assertThat(scalars.weightDecay()).isCloseTo(decay, within(1e-9f));
    }

    @ParameterizedTest(name = "after {0} updates: {1}")
    @CsvSource({"1, 0.000499825", "2000, 0.632057", "20000, 0.999854605", "1000000, 0.9999"})
    void emaDecayRampsUp(long updates, float decay) {
        assertThat(schedule(DEFAULTS).scalars(0, 0, updates).emaDecay()).isCloseTo(decay, within(1e-6f));
    }

    /// A run of few updates averages over more of them with a shorter warm-up of the average.
    @ParameterizedTest
    @CsvSource({"100, 0.632057", "400, 0.981586"})
    void emaDecayRampsUpFasterWithAShorterTau(long updates, float decay) {
        assertThat(schedule(DEFAULTS.with(EMA_TAU, 100.0)).scalars(0, 0, updates).emaDecay())
                .isCloseTo(decay, within(1e-6f));
    }

    @Test
    void theOtherScalarsOfAnUpdateAreFixed() {
        StepScalars scalars = schedule(SGD.with(MOMENTUM, 0.5)).scalars(500, 7, 41);

        assertThat(scalars.rates()).containsExactly(new float[] {0.009307f, 0.009307f, 0.009307f}, within(1e-8f));
        assertThat(scalars.momentum()).isEqualTo(0.5f);
        assertThat(scalars.beta2()).isEqualTo(0.999f);
        assertThat(scalars.clipNorm()).isEqualTo(10);
        assertThat(scalars.lossScale()).isEqualTo(1);
        assertThat(scalars.step()).isEqualTo(41);
    }
}
