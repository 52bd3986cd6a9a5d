package io.yolofit.train.schedule;

import static io.yolofit.train.options.OptionTable.LR_SCALING;
import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_BIAS_LR;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.value.LearningRateScaling;
import io.yolofit.graph.op.Update;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.OptimizerChoice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerSetupTest {
    private static final Options DEFAULTS = Options.defaults(Mode.TRAIN);

    @ParameterizedTest(name = "{0} images, batch {1}, {2} epochs: {3}")
    @CsvSource({"6400, 16, 100, ADAMW", "6401, 16, 100, SGD", "6400, 16, 101, SGD", "12800, 128, 100, ADAMW",
            "12801, 128, 100, SGD", "1, 16, 10000, ADAMW", "1, 16, 10001, SGD"})
    void autoSelectsSgdForMoreThanTenThousandIterations(int images, int batch, int epochs, Update.Rule rule) {
        OptimizerSetup setup = OptimizerSetup.of(DEFAULTS.with(BATCH, batch).with(EPOCHS, epochs), 80, images);

        assertThat(setup.rule()).isEqualTo(rule);
        assertThat(setup.momentum()).isEqualTo(rule == Update.Rule.SGD ? 0.937 : 0.9);
        assertThat(setup.warmupBiasRate()).isZero();
    }

    @ParameterizedTest(name = "batch {0} x {1}: {2}")
    @CsvSource({"16, 4, 0.01", "16, 8, 0.02", "8, 2, 0.0025", "64, 2, 0.02"})
    void linearScalingFollowsTheImagesOfAnUpdate(int batch, int accumulate, double rate) {
        Options options = DEFAULTS.with(OPTIMIZER, OptimizerChoice.SGD).with(LR0, 0.01).with(BATCH, batch)
                .with(ACCUMULATE, accumulate);
        assertThat(OptimizerSetup.of(options, 80, 1000).rate()).isEqualTo(0.01);
        assertThat(OptimizerSetup.of(options.with(LR_SCALING, LearningRateScaling.LINEAR), 80, 1000).rate())
                .isEqualTo(rate);
    }

    @Test
    void autoCountsIterationsOfTheNominalBatch() {
        Options accumulating = DEFAULTS.with(BATCH, 16).with(ACCUMULATE, 2);
        assertThat(OptimizerSetup.of(accumulating, 80, 3201).rule()).as("32 images").isEqualTo(Update.Rule.SGD);
        assertThat(OptimizerSetup.of(DEFAULTS.with(NBS, 32), 80, 3201).rule()).isEqualTo(Update.Rule.SGD);
        assertThat(OptimizerSetup.of(DEFAULTS.with(NBS, 64), 80, 3201).rule()).isEqualTo(Update.Rule.ADAMW);
    }

    @ParameterizedTest(name = "{0} classes: {1}")
    @CsvSource({"1, 0.002", "3, 0.001429", "20, 0.000417", "80, 0.000119"})
    void autoFitsTheAdamRateToTheNumberOfClasses(int classes, double rate) {
        assertThat(OptimizerSetup.of(DEFAULTS, classes, 100).rate()).isEqualTo(rate);
    }

    @Test
    void autoSelectsSgdWithItsOwnRate() {
        Options resolved = OptimizerSetup.resolved(DEFAULTS.with(EPOCHS, 1000), 3, 1000);

        assertThat(resolved.get(LR0)).isEqualTo(0.01);
        assertThat(resolved.explanations()).contains("optimizer=SGD (auto: 16000 iterations of 64 images, more than "
                + "10000)", "momentum=0.937 (optimizer=auto: SGD, whose warm-up ends at 0.937)");
    }

    @ParameterizedTest(name = "{0} epochs of warm-up: momentum {1}")
    @CsvSource({"3, 0.937", "0, 0.9"})
    void theMomentumOfAutosSgdIsWhereItsWarmUpEnds(double warmup, double momentum) {
        Options options = DEFAULTS.with(EPOCHS, 1000).with(WARMUP_EPOCHS, warmup);

        TrainingSchedule schedule = new TrainingSchedule(options, OptimizerSetup.of(options, 3, 1000), 50);

        assertThat(schedule.momentum(151)).isEqualTo(momentum);
    }

    @ParameterizedTest(name = "{0} epochs")
    @CsvSource({"100, ADAMW", "10000, SGD"})
    void autoKeepsValuesThatWereGiven(int epochs, OptimizerChoice choice) {
        Options given = OptionsParser.parse(Mode.TRAIN, List.of("model=a", "data=b", "epochs=" + epochs, "lr0=0.01",
                "momentum=0.5", "warmup_bias_lr=0.1"));

        Options resolved = OptimizerSetup.resolved(given, 3, 100);

        assertThat(resolved.get(OPTIMIZER)).isEqualTo(choice);
        assertThat(OptimizerSetup.of(given, 3, 100)).isEqualTo(new OptimizerSetup(Update.Rule.valueOf(choice.name()),
                0.01, 0.5, 0.1));
        assertThat(resolved.explanations()).contains("lr0=0.01 (as given, not chosen by optimizer=auto)");
    }

    @Test
    void autoChoosesTheOthersOfAValueThatWasGiven() {
        Options given = OptionsParser.parse(Mode.TRAIN, List.of("model=a", "data=b", "momentum=0.5"));

        assertThat(OptimizerSetup.of(given, 1, 100)).isEqualTo(new OptimizerSetup(Update.Rule.ADAMW, 0.002, 0.5, 0));
    }

    @Test
    void theArgsFileOfARunRepeatsItsChoices() {
        Options resolved = OptimizerSetup.resolved(DEFAULTS, 3, 100);

        Options repeated = OptionsParser.fromYaml(Mode.TRAIN, resolved.toYaml(), "args.yaml");

        assertThat(OptimizerSetup.of(repeated.with(EPOCHS, 100_000), 3, 100))
                .isEqualTo(OptimizerSetup.of(DEFAULTS, 3, 100));
    }

    @Test
    void theArgsFileOfTheReferenceLeavesDefaultsToAuto() {
        Options file = OptionsParser.fromYaml(Mode.TRAIN, DEFAULTS.toYaml(), "args.yaml");

        assertThat(OptimizerSetup.of(file, 3, 100)).isEqualTo(OptimizerSetup.of(DEFAULTS, 3, 100));
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aNamedOptimizerUsesTheOptions(OptimizerChoice choice) {
        Options options = DEFAULTS.with(OPTIMIZER, choice).with(LR0, 0.003).with(MOMENTUM, 0.8)
                .with(WARMUP_BIAS_LR, 0.05);

        OptimizerSetup setup = OptimizerSetup.of(options, 3, 1_000_000);

        Update.Rule rule = Update.Rule.valueOf(choice.name());
        assertThat(setup).isEqualTo(new OptimizerSetup(rule, 0.003, 0.8, 0.05));
    }
}
