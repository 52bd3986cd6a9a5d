package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.MIXUP;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SEED;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static io.yolofit.train.options.OptionTable.WORKERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.testing.EachEngine;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class DeterminismTest {
    private static final Options OPTIONS = TinyRun.options().with(EPOCHS, 2).with(MIXUP, 0.5).with(SAVE, false)
            .with(VAL_EACH_EPOCH, false);

    @TempDir
    static Path folder;
    private static Path dataset;

    @BeforeAll
    static void makeDataset() throws IOException {
        dataset = TinyRun.dataset(folder);
    }

    private static List<LossItems> losses(String engine, Options options) throws IOException {
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder.resolve("weights"))) {
            run.trainer().run();
            return run.recorder().losses();
        }
    }

    @EachEngine
    void lossesDependOnTheSeedAndNotOnTheWorkers(String engine) throws IOException {
        List<LossItems> losses = losses(engine, OPTIONS.with(WORKERS, 0));

        assertThat(losses).hasSize(8).allMatch(LossItems::isFinite);
        assertThat(losses(engine, OPTIONS.with(WORKERS, 0))).as("second run").isEqualTo(losses);
        assertThat(losses(engine, OPTIONS.with(WORKERS, 1))).as("one worker").isEqualTo(losses);
        assertThat(losses(engine, OPTIONS.with(WORKERS, 5))).as("five workers").isEqualTo(losses);
    }

    @EachEngine
    void anotherSeedGivesOtherLosses(String engine) throws IOException {
        assertThat(losses(engine, OPTIONS.with(SEED, 1))).doesNotContainAnyElementsOf(
                losses(engine, OPTIONS.with(SEED, 2)));
    }
}
