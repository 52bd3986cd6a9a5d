package io.yolofit.train.schedule;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_BIAS_LR;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.op.Update;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptimizerChoice;
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
        assertThat(setup.momentum()).isEqualTo(0.9);
        assertThat(setup.warmupBiasRate()).isZero();
    }

    @Test
    void autoCountsIterationsOfTheNominalBatch() {
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
        OptimizerSetup setup = OptimizerSetup.of(
                DEFAULTS.with(LR0, 0.5).with(MOMENTUM, 0.1).with(EPOCHS, 1000), 3, 1000);

        assertThat(setup.rate()).isEqualTo(0.01);
        assertThat(setup.why()).contains("16000 iterations");
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aNamedOptimizerUsesTheOptions(OptimizerChoice choice) {
        Options options = DEFAULTS.with(OPTIMIZER, choice).with(LR0, 0.003).with(MOMENTUM, 0.8)
                .with(WARMUP_BIAS_LR, 0.05);

        OptimizerSetup setup = OptimizerSetup.of(options, 3, 1_000_000);

        Update.Rule rule = Update.Rule.valueOf(choice.name());
        assertThat(setup).isEqualTo(new OptimizerSetup(rule, 0.003, 0.8, 0.05, "optimizer=" + choice));
    }
}
